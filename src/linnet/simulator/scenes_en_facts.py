"""English scenes about facts of the world: what is said, asked and answered when a fact is the subject.

`state` and `answer` lines give the fact's answer slot; `open` lines only talk about it.
"""

SCENES = """
= closure | transit
fact: closure
news: Bus {line}: no service between {a} and {b} until {until}. Cause: {reason}. Passengers are advised to use the {detour}.
subject: the {line}
hashtags: Line{line}, GettingAround
state: Heads up: bus {line} isn't running between {a} and {b} until {until}[, {reason}| because of {reason}]. [The {detour} is your best bet|Take the {detour} instead|Allow {minutes} extra minutes].
state: {^reason} again. The {line} turns round at {a} until {until}, [so the walk to {b} it is|and the replacement bus is a rumour].
state: Just asked the driver: the {line} skips {b} until {until}. [He was not happy either|Bring shoes you can walk in|Apparently it's {reason}].
state: For everyone asking at the stop: line {line}, no service {a} to {b}, back after {until}. Cause: {reason}.
state: {^someone} waited {minutes} minutes for the {line} at {b}. It's closed until {until}! Put up a proper sign!
open: Third day of walking from {a} because of {reason}. My calves are [magnificent|finished|filing a complaint].
open: {reason}, they said. It would be quick, they said. I am standing at {a} watching nothing happen.
open: The replacement for the {line} is a minibus with {number} seats. There were {minutes} of us.
open: Shoutout to the {line} driver who waved sadly at all of us stuck at {b} {lately}.
open: Cycled past {b} {lately} and it's all barriers. [Quite peaceful actually|Nobody working, obviously|One man, one digger, one sandwich].
ask: Does anyone know when the {line} goes back to normal? I need to get to {b} {soon}.
ask: Is bus {line} running past {a} at all? The app says one thing and the stop says another.
ask: How long is the {line} going to be cut off at {a}? {^relative} has an appointment near {b}.
answer: Not until {until}, [there's a notice at {a}|according to the driver|the operator confirmed it {lately}]. Take the {detour}.
answer: The {line} is out between {a} and {b} until {until}. [{^reason}.|The {detour} covers most of it.]
answer: It says {until} on the poster at {b}. [I'd add a week|No idea if they'll keep to it].
answer: Closed until {until} I'm afraid, because of {reason}.
follow: Does the {detour} stop at {b} as well? => It does, [just round the corner|though on the far side|every {minutes} minutes or so] | Only at {a}, then it's a {minutes} minute walk | Until about eight in the evening, yes
follow: Is the tram any better? => Packed, but it moves | Marginally. I'd still leave {minutes} minutes early | No. Cycle if you can
follow: What's causing it this time? => {^reason}, same as every year | {^reason}. You can hear it from {a} | Officially {reason}
agree: Been walking from {a} all week. {^reason}, my foot.
agree: The signs at {b} are [useless|from last year|facing the wrong way], took me {minutes} minutes to work it out.
disagree: {softener} the {detour} has been fine, quicker than the {line} ever was.
disagree: It's {reason}, what do you want them to do, ignore it?
add: And the {detour} is now full by the time it reaches {a}.
add: There's a bike rack at {b} with space, if that helps anyone.
add: If you use a wheelchair, the temporary stop near {a} has no ramp. Ask the driver.

= fare | transit
fact: fare
news: Day tickets will cost {fare} from {since}, the operator says. The price until now is {old_fare}.
subject: the new fare
hashtags: Fares
state: The day ticket goes up from {old_fare} to {fare} on {since}. [For what exactly?|And the {bus} is still late.|Buy your carnet now.]
state: {fare} for a day ticket! It was {old_fare} when I started this job.
state: New fares are on the operator's board: day ticket {fare}, from {since}. Under-12s stay free.
open: If the fares go up again I'm buying a [horse|scooter|canoe]. Cheaper to feed.
open: Doing the maths on a bike versus a year of tickets. The bike wins by {minutes} weeks.
ask: What will a day ticket cost after {since}?
ask: Does anyone have the new day ticket price? The machine at {place} still shows {old_fare}.
answer: {fare} from {since}, up from {old_fare}.
answer: It's {fare} for the day ticket, I asked at the desk {lately}.
follow: Is the monthly pass going up as well? => A little, they said | Not this year apparently | Nobody at the desk knew
agree: {fare}, and the heating on the {bus} has been broken since spring.
disagree: It's still less than parking at {place} for two hours.
add: Over-65s can ask for the half-price card at {venue}, by the way.

= match | football
fact: match
news: Full time: {home} {score} {away}. {scorer} scores the decisive goal in minute {minute}, attendance {crowd}.
subject: {home} against {away}
hashtags: MatchDay, FullTime
state: FT: {home} {score} {away}. {^scorer} with the winner on {minute}. [Scenes.|I have no voice left.|Deserved.|Robbery, pure and simple.]
state: {home} {score} {away}! {crowd} in and {very} loud. {scorer}, take a bow.
state: {score}. {home} v {away} was the best game I've seen this season, and I was sat behind a pillar.
state: Final whistle, {home} {score} {away}. {loser} looked {mood} from the first minute.
state: My {relative_word} scored us tickets for {home} against {away} and it finished {score}. {scorer} on {minute} minutes, right in front of us!
open: {scorer} [has to start every week|is wasted on the wing|is the best thing at {winner} in years|runs like he's late for the {bus}].
open: {loser} need a striker, a left back and [a plan|a lie-down|divine help].
open: Somebody check on the {loser} fans at work {soon}.
open: That goal on {minute}. I've watched it {minutes} times and I still don't see where {scorer} comes from.
open: Pies at {winner}: {good}. Defending at {loser}: {bad}.
ask: Missed it, what was the score in {home} v {away}?
ask: On a night shift, no signal. How did {home} get on against {away}?
ask: Who scored for {winner} against {loser}?
answer: {home} {score} {away}. {scorer} got the winner on {minute}.
answer: Finished {score}, {scorer} decided it. {crowd} there.
answer: {score}! [You missed a good one|You missed nothing until minute {minute}|Watch {scorer}'s goal when you can].
follow: Was it offside though, {parent}? => By a mile | Not even close to offside | My view was a pillar, ask someone else
follow: How did the keeper play? => Kept {loser} in it, honestly | Nervous, but lucky | Punched everything, caught nothing
follow: Were there many away fans? => A couple of hundred, loud ones | {crowd} in total, so maybe a tenth | More than I expected for a {weekday}
agree: {scorer} ran that midfield. {loser} couldn't get near him.
agree: Best {winner} have played since spring {softener}.
agree: {loser} had no answer after minute {minute}.
disagree: {scorer} was lucky, that deflection does all the work.
disagree: Don't think {loser} deserved to lose that, they hit the post twice.
disagree: {winner} sat back for the last twenty minutes and nearly paid for it.
add: Also, whoever chose the half-time music needs a word.
add: And {scorer} did it with a bandage round his head!
add: Two of the {loser} subs were academy kids, worth remembering.

= opening | local
fact: opening
subject: {spot}
hashtags: OpeningHours, Local
state: {spot} opens at {opens} and shuts at {closes}, closed {closed}. Writing it here so I stop turning up on the wrong day.
state: TIL {spot} opens at {opens}. [I have been queueing since dawn like a fool|That explains the locked door|Tell your early birds].
state: Took {relative} to {spot}. Open {opens} to {closes}, [no queue|free on the first {weekday}|the staff are {good}].
state: Reminder that {spot} is closed on {closed}. Other days from {opens}.
open: {spot} is [my favourite place to hide from rain|the best free thing in {city}|where I go to think about {dish}|much bigger than it looks].
open: Spent the whole afternoon at {spot} and came out [with a plan|with {number} leaflets|{mood}|two hours late].
open: The lady at the desk of {spot} remembered my name. It's the little things.
ask: What time does {spot} open these days?
ask: Is {spot} open before ten? Need to be there before work.
ask: Which day is {spot} closed, and when do they open otherwise?
answer: {spot} opens at {opens}, closed on {closed}.
answer: From {opens} to {closes}. Not on {closed} though.
answer: {opens} sharp, [I live opposite|I was there {lately}|bring a coin for the locker].
follow: Is there a café inside? => A small one, decent {drink} | Only a machine, bring your own | Yes, and the {bake} is {good}
follow: Is it OK with a pram? => Lift on the left, yes | Yes, but not on {weekday}s, far too full | Mostly, two steps at the door
agree: {spot} is a gem. We go most {weekday}s.
agree: Such kind staff at {spot}, {softener}.
disagree: {spot} was freezing when I went, and the lights kept going off.
disagree: Love the idea of {spot}, but the hours are useless if you have a job.
add: They also do a quiet hour, ask at the desk.
add: If you go by bike, the stands behind {spot} are the covered ones.

= price | cooking
fact: price
bind: dish
subject: {good} at {at}
hashtags: MarketDay, Prices
state: {^good} are {price} a kilo at {at}. [Bought too many|Guess who's making {dish}|Cheaper than the supermarket|Daylight robbery].
state: {at} {lately}: {good} {price} a kilo, bread warm, dogs everywhere.
state: {price} for a kilo of {good} at {at}!! I remember when [it was half that|you got change|they threw in parsley].
open: Came home from {at} with {good} and no plan. {^dish}?
open: The man at the third stall of {at} called me "boss" and I bought {good} I did not need.
open: {at} in the drizzle is still better than any supermarket, {softener}.
ask: What are {good} going for at {at} this week?
ask: Is it worth going to {at} for {good}, or are they dear?
answer: {price} a kilo when I was at {at} {lately}.
answer: {^good} were {price} at {at}, the stall by the fountain.
answer: Paid {price} a kilo {lately}. [Haggle after noon|Bring cash|They go down on {weekday}].
follow: Are they any good though? => {^good} this year are {good_word} | Bit bruised, fine for {dish} | Best I've had since spring
follow: What are you making with them? => {^dish}, same as every year | {^dish}, if I don't eat them first | Nothing, I just like owning {good}
agree: {at} is the only place I buy {good} now.
disagree: You can get {good} for less at the farm gate, {softener}.
add: Get there before nine, the good {good} go first.
add: And they take your old egg boxes back.

= event | local
fact: event
news: {^event} takes place on {date} at {where}, starting at {starts}. Our guide to the day:
subject: {event}
hashtags: WhatsOn, Weekend
state: {^event} is on {date}, from {starts} at {where}. [Who's coming?|Bring a jumper.|Free entry, they say.|We're bringing {relative}.]
state: Save the date: {date}, {where}, {event}. Starts at {starts}.
state: Volunteers still wanted for {event} on {date}! Mostly carrying tables around {where}, paid in soup.
state: {^someone} just told me {event} is on {date}. I had it in my diary for the wrong week.
open: Practising for {event}. {^mood}, but practising.
open: Last year at {event} I [lost a shoe|won a ham|met my partner|ate {number} pancakes]. High hopes.
open: The posters for {event} are up all around {where} and they're {good}.
ask: When is {event} this year?
ask: Is {event} definitely happening? Where do I look up the date?
answer: {^event} is on {date}, {starts}, at {where}.
answer: {date}! [Starts {starts}|It's on the poster at {where}|I'm on the organising team, so I hope so].
follow: Is it all right for kids? => Made for kids, go early | Yes, mine loved it | Until about nine, then it gets loud
follow: Do you need a ticket? => No, just turn up | No ticket, but bring coins | Only for the evening part
follow: What if it rains? => Then it moves to {stage} | We do it in the rain, that's half the fun | They say they'll decide the day before
agree: {^event} is the best day of the year round here.
agree: Counting down to {event} too, {someone} has made a costume.
disagree: {where} is far too small for {event} now, last year was a crush.
add: Street's closed from noon that day, so leave the car.
add: And the soup stand is back!

= vote | politics
fact: vote
news: City council on {measure}: {outcome}, {tally}. The full roll call:
subject: the vote on {measure}
hashtags: CityCouncil, Vote
state: Council vote on {measure}: {outcome}, {tally}. [Mayor {mayor} looked relieved|Not a single speech under ten minutes|Gallery was full].
state: {^measure} {outcome} {tally} {lately}. [I was there|Watched the stream|Four hours of my life].
state: So it's {tally} on {measure}. Closer than I thought.
open: Sat through the council debate on {measure}. [The tea was good|Two of them were asleep|Nobody read the report|Some {very} sharp speeches, from both sides].
open: If you didn't vote last spring, don't complain about {measure}. [I voted. I will complain.|Fine, complain a little.]
ask: How did the vote on {measure} go?
ask: What was the final tally on {measure}? The council page is down.
answer: {^outcome}, {tally}.
answer: {tally}, so it {outcome}. Minutes should be online {soon}.
follow: Does it come back next year? => Likely, {mayor} said as much | Only if someone tables it again | It always comes back
follow: How did the independents vote? => Split down the middle | Mostly with {mayor} | One was stuck on the {bus}
agree: Agreed, {tally} says a lot about where this council is.
disagree: {tally} is hardly a landslide, let's not read too much into it.
add: Worth saying that the public questions were very good.

= incident | local
fact: incident
news: Update on {incident}: {hurt} hurt, {where} remains closed. We have a reporter on site.
news: BREAKING: {incident} near {where}, {hurt} hurt. Emergency services are on the scene. We will update this report.
subject: {incident}
hashtags: Breaking
state: BREAKING: {incident} near {where}, {hurt} hurt. Avoid the area. Updates to follow.
state: Fire service on {incident}: {hurt} hurt, none critical. {where} stays closed for now.
state: Hearing that {hurt} were hurt in {incident}. Hope they're OK. [Could hear the sirens from {place}|So close to home].
state: {hurt} taken to hospital after {incident}. {where} is taped off, [traffic backed up to {place}|buses going round].
open: Sirens everywhere around {where}. Does it ever stop today?
open: I can see the smoke from my kitchen near {where}. Close your windows, people.
open: Huge respect to the crews at {where}. They've been out there since {lately}.
open: Just walked past {where}, police everywhere, [nobody saying much|everyone filming, please don't|helicopter overhead].
open: Shaken by {incident}. {^someone} works right next to {where} and is fine, thank goodness.
ask: What's going on at {where}? So many blue lights.
ask: Is everyone alright after {incident}? Any news on people hurt?
answer: It's {incident}. {^hurt} hurt according to the fire service.
answer: {^hurt} hurt, none critical, they said on the radio. Stay clear of {where}.
follow: Is {where} open again? => Not yet, police still there | One lane, slowly | Reopened {lately}, I just came through
follow: Do they know how it started? => Too early to say, they said | Under investigation | People guess, nobody knows, let's wait
agree: Frightening how close it was to the school at {where}.
disagree: Please don't post guesses, families read this.
add: The hall at {venue} is open for anyone who can't go home tonight.
add: Blood donation van is at {place} till eight.

= storm | weather
fact: storm
news: Trees down, ferries cancelled: Storm {storm} reached {gust}. What we know so far:
news: Storm {storm}: gusts of {gust} measured at {where}. Several roads are blocked.
subject: Storm {storm}
hashtags: Storm{storm}
state: Storm {storm} hit {gust} at {where}. [The shed is now modern art|Our bins are in another postcode|Two trees down on our road].
state: Met desk says Storm {storm} peaked at {gust}. Stay in if you can.
state: {gust}! That's what the gauge at {where} read when {storm} came through. Storm {storm}, you win.
open: Storm {storm} took {someone}'s trampoline. If found, please feed it.
open: Sat up all night listening to {storm} rearrange the roof tiles.
open: The morning after Storm {storm}: {minutes} branches, one traffic cone, somebody's {thing}.
ask: How strong did Storm {storm} get in the end?
ask: Anyone got the top gust for Storm {storm}?
answer: {gust}, measured at {where}.
answer: Storm {storm} topped out at {gust} I read.
follow: Is everyone OK up there? => All fine, just no power | Fine, thanks. The fence is not | {^someone} lost a chimney pot, that's all
agree: {storm} was worse than the one last spring, easily.
disagree: Storm {storm} was a breeze compared with what they forecast.
add: Path by {where} is blocked by a tree, take the top road.

= weather | weather
fact: weather
subject: this weather
hashtags: Weather
state: {date}: {sky}, {high} at best. [Coat weather|Soup weather|My knees knew first|Washing's coming in].
state: {^sky} over {city} {lately}, high of {high}, low of {low}.
state: Forecast for {date} says {sky} and {high}. I say {drink} and a blanket.
open: {^sky} again. The {pet} looked outside and went back to bed. [Wise|Same|I envy that].
open: {^sky} at {place} and for once I {very} don't mind.
open: Went out dressed for spring. It is {sky}. Pray for me.
open: That light over {place} {lately}, just before the {sky_short}... [no photo does it justice|worth the early alarm].
ask: Is it {sky_short} where you are too, or only at {place}?
ask: Do I need a proper coat {soon} or will a jumper do?
answer: Coat. {^high} at most, and {sky} most of the day.
answer: {^sky} here as well, {high} on the balcony.
follow: Did you get wet? => To the skin | Just the socks, which is worse | I hid in {venue}
agree: {^low} when I left the house. {^low}! In my good shoes.
agree: I like {sky_short} in principle. Not on the {bus} queue.
disagree: Give me {sky_short} over August any day.
disagree: {^high} is practically summer, you soft lot.
add: Paths near {place} are slippery, careful.

= gig | music
fact: gig
news: {band} play {stage} on {date}. Tickets {ticket}, doors {doors}.
subject: the {band} gig
hashtags: LiveMusic, Gigs
state: Tickets for {band} at {stage} are {ticket}. [Doors {doors}|Going alone, say hi|Bought two, no plus-one yet|My wallet weeps].
state: {band}, {stage}, {date}, {ticket}. See you down the front.
state: {ticket} to see {band} at {stage}? [Bargain|Hmm|Sold|For that I want {song} twice].
open: Learning all the words to {song} before {band} play {stage}.
open: Heard {band} soundchecking at {stage} on my way home. {^song}!! Goosebumps.
open: The last time {band} played here {someone} fainted, [me, it was me|so that's the bar].
ask: How much are the {band} tickets at {stage}?
ask: Anyone know the price for {band} and whether {stage} takes cards?
answer: {ticket} for {band} at {stage}, doors {doors}.
answer: Paid {ticket} {lately}. Cash only at {stage}, be warned.
follow: Who's supporting? => Some duo with a {instrument}, no idea | {band_other}, allegedly | Not announced yet
follow: Is {stage} seated? => Standing, with benches along the side | Standing. Wear flat shoes | Half and half
agree: {band} live are a different animal. {^song} made me cry at a bus stop once.
disagree: {band} were better before they discovered the {instrument}, sorry.
add: Last {bus} leaves {stage} at half eleven, don't get caught.

= release | software
fact: release
news: The open source project {project} has released version {version}, which brings {feature}.
subject: {project} {version}
hashtags: {project}, OpenSource
state: {project} {version} is out, with {feature}. [Finally|Took us {minutes} pull requests|Upgrade notes in the wiki|Bravo to everyone involved].
state: Upgraded from {older} to {project} {version} for {feature} and [nothing broke|only the linter broke|I broke it immediately|it just works].
state: If you've been waiting for {feature} in {project}: it's in {version}.
open: Reading the {project} changelog like a novel. The chapter on {feature} is {good}.
open: {project} maintainers answering issues on a {weekday} night. Protect these people. Fund these people.
open: Wrote my first patch for {project}: {number} lines, {minutes} comments, one merged. {^mood}!
ask: Which version of {project} has {feature}?
ask: Do I need to build {project} from main for {feature}, or is it released?
answer: {project} {version} has it, released [{lately}|this month].
answer: It landed in {version}. Just upgrade, {older} didn't have it.
follow: Any breaking changes? => One renamed flag, that's it | The config moved, the docs say how | Ours needed a one-line change
follow: How does it run on a small machine? => Fine on my {minutes} euro box | Slower to start, then fine | Memory went down, actually
agree: {^feature} alone is worth the upgrade. Saved me {minutes} minutes a day.
disagree: I'd wait for the next patch release, {feature} ate my settings.
disagree: {older} was good enough for us, {softener}.
add: There's a migration guide at the bottom of the notes.

= patch | gaming
fact: patch
subject: the {game} patch
hashtags: Gaming, PatchNotes
state: {game} patch {patch} {change}. [About time|RIP my build|Who asked for this?|Best update in a year].
state: So {patch} {change}. I just spent {minutes} hours in {game} getting used to the old way.
state: Patch notes for {game} {patch}: {change}, plus "various fixes". Sure.
open: {game} since the update: I have died {minutes} times and I'm having a {good} time.
open: My whole {game} strategy was one trick and they found it.
open: {game} devs read the forum after all. [Thank you|I take back {number} of my posts].
ask: Which {game} patch {change}?
ask: Did something change in {game}? It feels different since {weekday}.
answer: Patch {patch}, it {change}.
answer: {patch}. The notes say it {change}.
follow: Is the old save still good? => Mine loaded fine | Back it up first | Works, but the map resets
agree: Needed doing. {^boss} was a joke before.
disagree: Worst change yet, {boss} is a slog now.
add: Also the menu music is new and {good}.

= study | science
fact: study
news: New results from {study} led by Dr {researcher}: {found}.
subject: {study}
hashtags: Research, CitizenScience
state: Out {lately}: {study} by Dr {researcher}'s group. {^found}. [Small sample, but wow|Raw data is public|Proud of our volunteers].
state: {^found}, says {study}. [Counted {minutes} sites myself|I was data point number {big}|Peer reviewed and all].
state: {n}. That's the headline number from {study}.
open: Dr {researcher} gave the best talk on {study} at {venue}. {^number} people, no slides, one very good diagram.
open: Spent my weekends on {study}. Mud, clipboards, {drink}. Would do it again.
ask: What did {study} find in the end?
ask: Does anyone have the number from {study}?
answer: {^found}.
answer: The headline is {n}, from Dr {researcher}'s group: {found}.
follow: How big was the sample? => About {big} sites | {^number} districts over two years | Bigger than last time, {big} records
follow: Is the paper free to read? => Yes, and the data too | Preprint is, the journal isn't | Ask the group, they send it gladly
agree: {^n} is a big effect for this kind of thing.
disagree: Correlation, though. I'd want a second season before shouting {n}.
add: They need volunteers for the next round, sign-up at {venue}.

= book | books
fact: book
subject: {title}
hashtags: BookClub
state: Book club reads {title} by {writer} next. We meet on {date}, {starts}, at {spot}. [All welcome|Bring biscuits|You don't have to finish it].
state: {date} is book club: {title}. I'm on page {minutes}, [wish me luck|it's {good}|it's {bad}].
open: {title} has a chapter about [doors|a ferry|an aunt|soup] that I will think about for years.
open: {writer} writes the way {someone} talks: {number} stories at once and all of them end at sea.
open: Gave up on {title} at page {minutes}. [Don't hate me|Convince me|Back to crime novels].
open: Finished {title} on the {bus}. [Missed my stop|Cried at {place}|Nobody offered a tissue].
ask: When does the book club meet for {title}?
ask: Is {title} worth it? {^someone} won't stop going on about it.
answer: {date} at {spot}, {starts}. {title}, yes.
answer: We meet on {date}. And {title} is {good}, stay with it past page {minutes}.
follow: Do I need to have read her other ones? => Not at all, start here | Helps, but no | This one is the best way in
agree: {writer} can do no wrong in my house.
disagree: {title} needed an editor, {softener}. Lovely sentences, no brakes.
add: The library has {number} copies, I just looked.
"""
