"""English scenes of everyday life: no fact of the world is at stake, but a thread keeps what it began with."""

SCENES = """
= neighbours | daily
bind: instrument
subject: the upstairs {instrument}
hashtags: Neighbours
open: The neighbour upstairs has taken up the {instrument}. [Week {small}|It's midnight|Same four notes|There is talent there, well hidden].
open: Left a note about the {instrument}. Got a note back. It was sheet music.
open: To whoever plays {instrument} on our street at dawn: {song} is not a morning song.
open: Turns out the {instrument} noise was not the neighbour but {someone}. I have apologised. With {bake}.
follow: Have you tried just talking to them? => I have, they offered me lessons | Three times. Lovely people. Terrible {instrument} | I'm too British for that
follow: What time does it start? => Around six, like a cockerel | Whenever I open a book | After the news, until {minutes} past
agree: We had a {instrument} next door for {small} years. You never quite sleep again.
disagree: Let them play! A street with music is better than one without.
add: Foam earplugs and a fan for background noise. Changed my life.

= pet_antics | daily
bind: pet, petname
subject: {petname}
hashtags: {petname}OfTheDay, Pets
open: {petname} the {pet} has [eaten my {thing}|learned to open the fridge|adopted the postman|decided my keyboard is a bed|declared war on the hoover]. [Twice|Again|No remorse|Proud of it too].
open: Meeting at nine, {petname} on the desk at nine-oh-one. Everyone now only wants to talk to the {pet}.
open: Vet says {petname} is {good}, just {mood}. {minutes} euros to learn that my {pet} and I are the same person.
open: Morning walk with {petname}: met {number} people, knows all of them, I know none.
open: It's {petname}'s birthday. {^small} years of hair on every jumper I own.
follow: What breed is {petname}? => Part {pet}, part gravity | Rescue, so a bit of everything | The vet shrugged, so I do too
follow: Is {petname} OK with other animals? => Loves everyone except the {pest_word} | Yes, if they accept being licked | Only with old {pet}s, no idea why
agree: {petname} is the only account I need.
agree: Mine does precisely this. Solidarity from one {pet} household to another.
disagree: Sorry but a {pet} belongs off the table, {petname} or not.
add: Put foil down. Worked for ours, for about a day.
joke: {petname} for mayor.

= lost_pet | local
bind: pet, petname, place, colour
subject: {petname}
hashtags: LostPet, {petname}
open: Please look in your sheds: our {pet} {petname} got out near {place} {lately}. {^colour} collar, shy, comes for cheese.
open: LOST: {petname}, {pet}, {colour} collar, last seen at {place}. We haven't slept. Any sighting helps.
continue: UPDATE: {petname} is home!!! Was under the neighbour's boat the whole time. Thank you all, {city}.
continue: Still no {petname}. Someone saw a {pet} by {place_other} {lately}, we're heading there now.
follow: Is {petname} chipped? => Yes, and the {colour} collar has our number | Chipped and registered, yes | Chip yes, collar maybe lost by now
follow: Did you try the garages behind {place}? => Going there now with a torch | Twice, but I'll go again | Not yet, good idea, thank you
react: Oh no, poor {petname}! Sharing with the {place} group.
react: I walk past {place} every evening, will keep an eye out for a {colour} collar.
agree: Ours came back after {small} days, don't give up on {petname}.
add: Put something that smells of home outside the door. Worked for us.
add: Saw a {pet} with a {colour} collar near {place} {lately}, heading for the river.
joke: Fingers crossed for {petname}, paws too.

= lost_thing | local
bind: thing, place
subject: the {thing}
hashtags: LostAndFound
open: Found a {thing} on the bench at {place}. It's at the kiosk now. [Not all heroes wear capes|Looks loved|Please reunite it with its human].
open: To the person who ran after me with my {thing} at {place}: I owe you a {drink}.
ask: Has anyone handed in a {thing}? Left it on the {bus} or at {place} {lately}. => Try the depot desk at {venue}, they keep things for a month | There's a {thing} on the window sill of the kiosk, saw it {lately} | Ask the driver's lounge at {place}, they found mine once
agree: People in this town are {good}. Got my {thing_other} back last year, same spot.
add: The lost property office only opens {small} hours a week, ring before you go.
follow: What colour is it? => {^colour}, with a tear on one side | {^colour} and quite battered | Black, like every {thing} in the world

= work | daily
bind: job
subject: work
hashtags: WorkLife
open: {minutes} minutes into the meeting and nobody has said what it is about. I have drawn {number} boats.
open: New {job} started today and fixed the printer. We are not letting them leave.
open: Being a {job} is {minutes} percent looking for the right form. [The rest is {drink}|Nobody tells you this in training].
open: First {weekday} off in {number} weeks. Plans: none. {^mood} about it.
open: Handed in my notice {lately}. {small} years a {job}. Legs like jelly, heart like a balloon.
open: A stranger thanked me for my work today. {small} years as a {job}, I can count those on one hand. Made my week.
follow: What's next then? => A long walk and then we'll see | Night school, I think. {^language}, maybe | Same job, better chair
follow: Are they hiring? => Always, but read the small print | From spring, ask for the {weekday} shift | Not if I can warn you first
agree: Meetings should have a departure board. Cancelled, delayed, boarding.
agree: As a fellow {job}: yes. All of it.
disagree: Some of us like meetings. You learn who brings {bake}.
add: Put "focus" in your calendar for the whole of {weekday}. Nobody dares to touch it.

= tired | daily
subject: sleep
hashtags: MorningPerson
open: Awake since {small}. The {pet} snores, the pipes sing, I am {mood}.
open: I set {number} alarms and slept through all of them. My phone has given up on me.
open: Tried going to bed at ten like a grown-up. Lay there thinking about {thing}s until {small}.
open: {lead} a nap of {minutes} minutes is medicine and a nap of two hours is time travel.
ask: How do you lot get to sleep when your head is full of work? => Write it all down, then close the notebook. Sounds silly, works | Boring podcast about {bird_word}. Gone in ten minutes | Cold room, warm socks | No {drink} after lunch, sadly
agree: {small} hours last night. I put my {thing} in the fridge {lately}.
follow: Have you tried no phone in bed? => Yes, I then read the shampoo bottle | {small} days so far, it does help | And miss this? Never
disagree: I sleep like a log, it's a gift, I won't apologise.
add: Someone told me magnesium. Someone else told me {drink}. I do both, no idea which one works.

= moving | daily
bind: place
subject: the flat near {place}
hashtags: FlatHunting
open: We got the flat near {place}!!! {small} rooms, one of them a cupboard, all of them ours.
open: Viewing number {number}. "Cosy", they wrote. I could touch all four walls near {place} for {big} euros more than last year.
open: Moving day. {^someone} carried the sofa down {small} floors and is now a legend and also lying down.
open: Found {number} years of letters behind the kitchen cupboard of the flat at {place}. Going to find the family.
ask: Is it noisy around {place} at night? Looking at a flat there. => Only when {club} play | Bin lorry at five, otherwise silent | Front side yes, courtyard no. Ask for the courtyard
ask: What did you all pay for movers? => Pizza and {small} friends | About {big}, stairs included | Rented a van and regretted it
agree: {place} is {good} for families, we stayed {number} years.
disagree: {place} used to be nice. I'd look across the river now.
add: Photograph every wall before you move in. Every wall.
follow: How far is the tram? => {minutes} steps, I counted | {small} minutes if you run | Far, but the {bus} stops outside

= cook_try | cooking
bind: dish, spice
subject: the {dish}
hashtags: HomeCooking, WhatsForDinner
open: Made {dish} {lately} with {spice}. {^someone} had thirds. [Recipe in the replies if anyone wants|I am unbearable now|No photo, too fast].
open: Forgot the salt in the {dish}. {^relative} said "interesting". {^relative} has never said "interesting" about food before.
open: {lead} {dish} is better the next day. I make it a day early and sit there looking at it.
open: Burnt the {dish}. Smoke alarm sang along. Dinner is toast, and not as a metaphor.
open: {spice} in {dish}. That's it. Thank me {soon}.
open: Cooked {dish} for {number} people with one pan and one ring. If I can, you can.
ask: What's missing from my {dish}? It's fine but only fine. => {^spice}, right at the end | More salt than you dare, then {spice} | Brown the onions for longer. Longer than that | Acid! Lemon or vinegar just before serving
ask: Can I freeze {dish}? => Yes, cool it first, keeps {small} months | You can, though the texture suffers | Freeze the base and finish it fresh
ask: How long does {dish} need on a low heat? => {minutes} minutes, lid ajar | Until {someone} asks for the second time | Give it an hour, stir when you remember
follow: Can I get the recipe? => Onions, patience, {spice}, stock. Taste it till it's right | It's {relative}'s, I'd be in trouble. But: {spice} | Sure. Fry {spice} first, everything else after, {minutes} minutes
follow: Would it work without {spice}? => It would, but why | Yes, use {spice_other} then | {^relative} does it without and it's fine
agree: {^spice} makes it. My gran would have hugged you.
agree: {^dish} weather, this. Having it {soon}.
disagree: {^spice} in {dish}? My ancestors are spinning.
disagree: I'd leave out {spice} and let the {dish} be itself.
add: A parmesan rind in the pot does wonders too.
add: Warm plates! Nobody warms the plates any more.
continue: Since you asked: fry {spice} in oil, add the rest, {minutes} minutes, rest it, done.

= bake_try | cooking
bind: bake
subject: the {bake}
hashtags: Baking
open: {bake} attempt number {number}: flat, but it tastes of victory.
open: The {bake} rose!!! After {small} weeks of frisbees, it ROSE.
open: House smells of {bake}. {small} neighbours have found reasons to knock.
open: Dropped a whole {bake} on the floor. The {pet} says it's the best thing I ever made.
ask: Why does my {bake} always sink in the middle? => Oven door. You looked, didn't you | Too hot. Drop it {minutes} degrees and wait | Old baking powder, most likely
ask: Best flour for {bake}? I only have wholemeal. => Half and half with white works | Strong white, but wholemeal will do with more water | Whatever the mill at {market} has
follow: How hot is your oven? => {minutes} less than the dial says, I bought a thermometer | 200 then 180, roughly | Only it knows
agree: There is no smell like {bake} on a {weekday}.
disagree: Life's too short for {bake}, the bakery at {place} exists.
add: Weigh everything. Cups are lies.

= restaurant | cooking
bind: dish, place
subject: the place at {place}
hashtags: EatingOut
open: The new canteen at {place} does {dish} for {minutes} euros and it's {good}. [Go before everyone knows|Tiny, six tables|Cash only].
open: Sent back the {dish} at {place} {lately}. First time in my life. Felt like a crime.
open: {^relative} met the owner of the little place at {place}, they talked about {spice} for {minutes} minutes, we got free pudding.
ask: Where can I get decent {dish} near {place}? => The blue door behind {place}, no sign | {^relative} swears by the one next to {venue} | Honestly? Make it at home
ask: Somewhere for {number} people near {place} on {weekday}, one of them vegan? => The canteen by {venue}, book ahead | {market} after six, everybody gets what they want | Anything on the quay, but ring first
agree: That {dish} is {good}. I go for the {drink} too.
disagree: Went, waited {minutes} minutes, left. The {dish} was cold in the middle.
follow: Is it expensive? => {minutes} euros for two courses | Cheaper than it looks | Yes, but you leave full
add: They close the kitchen early on {weekday}s.

= harvest | gardening
bind: plant
subject: the {plant}
hashtags: Allotment, GrowYourOwn
open: Last of the {plant} came in {lately}. {number} kilos off one bed. [Neighbours now hide when they see me with a bag|Freezer's full|I'm so {mood}].
open: {minutes} days of care and the {plant} gave me exactly {small}. I will treasure them.
open: Sowed {plant} too late, as every year, and got away with it, as never before.
open: Allotment at seven, mist over the sheds, {plant} dripping. Church for people like me.
open: Swapped {plant} for a jar of honey over the fence. Economy solved.
ask: Is it too late to plant out {plant} now? => Under fleece you've got another fortnight | Too late outside, a cold frame will do | Depends on your frost, ours comes early
ask: My {plant} leaves are going yellow from below. What is it? => Nitrogen, most likely. Nettle tea | Too wet. Let them dry between watering | Just age at this time of year, don't worry
ask: What do I sow after {plant}? => Green manure, let the bed rest | Garlic, it's the month for it | Anything but {plant} again
follow: Which variety? => Some old one from the seed swap at {venue} | The label washed off, {colour} ones | The one everybody says not to grow here
agree: {^plant} were {good} here too, must have been the wet spring.
disagree: Mine were {bad}. All leaf, no {plant}.
add: Save seed from the best one, not the first one.
add: Compost underneath, straw on top, done.

= pests | gardening
bind: pest, plant
subject: the {pest}
hashtags: GardenLife
open: {^pest} have eaten the {plant}. All of it. They left one leaf, as a message.
open: Out with a torch at midnight collecting {pest}. The neighbours have stopped asking.
open: Day {number} of the war against {pest}. They have the {plant}, I have {tool}. Morale is low.
ask: What works against {pest} without poison? => Copper tape did nothing, a hedgehog did everything | Soapy water, evenings, patience | Sacrifice a row of lettuce, they prefer it
ask: Are {pest} worse this year or is it my garden? => Worse here too, mild winter | Everyone on our site says the same | Just yours, they told me
agree: {^pest}. I dream about them.
disagree: Leave some of the {pest}, the birds need them.
add: Nematodes if the soil's still warm. Pricey, but they work.
follow: Did {tool} help? => Only for throwing | It did, a bit, for a week | I lost {tool} in the process
joke: At this point the {pest} should pay rent.

= garden_tool | gardening
bind: tool
subject: {tool}
hashtags: ShedNews
open: Cleaned out the shed. Found {tool}, {number} pots, and a sandwich from another era.
open: Somebody walked off with {tool} from plot {minutes}. I'm not angry. I am {mood}.
open: Mended {tool} with string. It will outlive me.
agree: You can't garden without {tool}, I don't care what the books say.
follow: Where was it hiding? => Behind the compost, obviously | In plain sight, as ever | {^someone} had it since June
add: Linseed oil on the handles before winter.
ask: Can I borrow {tool} off anyone near {place} {soon}? => Mine's yours, plot {minutes}, the green gate | The tool library at {venue} has one | Only if it comes back this time

= bus_life | transit
bind: bus
subject: the {bus}
hashtags: Line{bus}
open: The {bus} came early and left early. I've never felt so betrayed by punctuality.
open: {minutes} minutes at {place}, no {bus}, then {small} of them. Holding hands.
open: A kid on the {bus} asked the driver if the bus gets tired. The driver said "{weekday}s". I'm fine, something in my eye.
open: Somebody on the {bus} is eating {dish} from a tin. With a proper fork. I respect it.
open: The heating on the {bus} is set to tropical and the windows are painted shut.
open: Driver of the {bus} waited for an old man running with {number} bags. Whole bus clapped.
ask: Does the {bus} still go to {venue} on Sundays? => Once an hour, on the half | Only till six | Ends at {place} on Sundays, you walk the rest
ask: Quickest way from {place} to {stage} in rush hour? => Bike, by a mile | The {bus} to the river, then walk | Leave before half four or don't leave
agree: The {bus} is a lottery. I've started bringing a book, then a bigger book.
disagree: I take the {bus} daily and it's on time four days in five.
follow: Did you report it? => Filled in the form, got a form back | To the driver, he laughed | Yes, case number {big}, not holding my breath
add: Sit on the left in the morning, the sun comes up over {place}.

= cycling | transit
bind: place
subject: the lane at {place}
hashtags: CycleTo, Bikes
open: Van parked in the cycle lane at {place}. Again. Same van. We're practically colleagues.
open: Cycled the whole river path {lately}. {minutes} km, one heron, no regrets.
open: New surface on the lane by {place} and it's like riding on butter.
open: Puncture at {place}. A teenager with a pump saved me, refused money, asked for a {drink}.
ask: Anyone know a good bike mechanic near {place}? => The one under the arches, closed {weekday}s | {^someone} fixed mine at the repair café, free | Do it yourself, there's a stand at {venue}
ask: Is the path past {place} lit at night? => Half of it. Bring a proper light | Not since the storm | Yes, new lamps, very bright
agree: {place} needs a kerb, paint is not protection.
disagree: I drive and I cycle, and some of you run every red at {place}.
follow: Did you take the number plate? => Photo and all, sent it in | No, I was too busy not dying | It's always the same one
add: The crossing by {place} floods, go round.

= football_talk | football
bind: club, player
subject: {club}
hashtags: Terrace, MatchDay
open: {club} without {player} is a soup without salt. [Sign him up till he's ninety|Bring him back|I said what I said].
open: If {player} goes in January I'm taking up bowls.
open: Took {relative} to see {club} for the first time. Fell asleep in the second half. Like father, like son.
open: {club} away, {minutes} miles, rain, nil-nil. Ask me if I'd do it again. (Yes.)
open: Under-nines {lately}: lost {number} to two, best match of the year, orange slices for everybody.
open: Ref {lately} had the whistle of a man with a train to catch.
ask: Where do away fans drink before a {club} game? => The pub by {place}, colours in your bag | Nowhere good, eat at {market} instead | We all meet at {stage}, friendly lot
ask: Is {player} fit for the weekend? => Trained on his own {lately}, so no | Saw him jogging at {place}, looked fine | The club says fifty-fifty, which means no
agree: {player} is the first name on my team sheet.
agree: Been saying it for years, {club} never learn.
disagree: {player} is past it, {softener}. Legs gone.
disagree: {club} have bigger problems than one man.
follow: Who would you play instead? => The kid from the academy, the left-footed one | Two up front and hope | Anyone with a pulse
add: And the pies have gone up again.
joke: My {pet} tracks back more than {player}.

= five_a_side | football
bind: place
subject: five-a-side
hashtags: SundayLeague
open: Five-a-side at {place}: {small} goals, one pulled everything, {age} years old and not learning.
open: We need a keeper for {weekday} at {place}. Must own gloves. Need not own skill.
ask: Anyone for five-a-side at {place} on {weekday}? => Me, if my knee agrees | Count me in, bringing {someone} | What time? I finish at six
agree: My hamstring felt that from here.
follow: What level? => Enthusiastic | Two of us can run | Think "dads who once watched football"
add: Pitch is booked till nine, showers are cold.

= sky_watch | weather
bind: place
subject: the sky over {place}
hashtags: SkyPhoto
open: Sunrise over {place}: {colour} going into {colour}, nobody about, one gull with opinions.
open: The cloud over {place} {lately} looked like a {pet}. Discuss.
open: First frost on the windscreen at {place}. Scraped it with my {thing}.
open: Fog so thick at {place} that I said good morning to a post box.
open: There's a smell the air has just before snow and I swear it's here {lately}.
ask: Is that thunder or are they shunting at {place}? => Thunder, counted to {number} | Trains. I live opposite | Bit of both
agree: Saw it too! Stopped the car for it.
disagree: Looked grey from my side of town.
follow: Did you get a photo? => {number}, all blurred | No, just stood there for once | The {pet} moved the tripod
add: Same spot at dusk is even better.

= bug_hunt | software
bind: bug, language
subject: {bug}
hashtags: Debugging, DevLife
open: {minutes} hours. It was {bug}. It is always {bug}.
open: Deleted {big} lines of {language} {lately} and everything still works. Best commit of the year.
open: {lead} the bug was {bug}, the fix was one character, the post-mortem is {number} pages.
open: Junior on our team found {bug} by reading the docs. The docs! We'd all been reading tea leaves.
open: My {language} build takes {minutes} minutes, so I've learned to juggle.
open: Renamed one variable. {number} tests failed. None of them about that variable.
ask: How do you find {bug} in a {language} code base you didn't write? => Bisect. Always bisect | Add logging until the logs are the bug | Write the smallest test that fails, then stare at it | Explain it to the {pet}, works {minutes} percent of the time
ask: Should a beginner start with {language}? => If you've a project in mind, yes | Start with anything, finish something | Python first, {language} once you're annoyed by it
ask: Tabs or spaces for {language}? I need to settle something at work. => Whatever the formatter says, then never speak of it | Spaces, and I'll leave the room | Tabs, for accessibility reasons actually
agree: {^bug}, the old friend. Cost us a release in {month}.
agree: Was about to write the same post, in {language}, with more swearing.
disagree: A type checker would have caught {bug}. Just saying.
disagree: {language} isn't the problem here, {softener}.
follow: Did you add a test for it? => Three, and a comment with the date | I'm adding it {soon}, I promise | It's the first thing review asked
follow: Was it in production? => For {number} months, apparently | Only on staging, thankfully | I'd rather not say
add: {language}'s sanitizer finds that in seconds, if you can afford the run.

= first_contribution | software
bind: project
subject: {project}
hashtags: FOSS
open: My first pull request to {project} got merged! Fixed a typo. It counts. I'm {mood}.
open: {project} closed my issue from {small} years ago. "Works as intended". Fair enough, past me.
open: Maintaining {project} in the evenings is {minutes} percent saying "could you share a minimal example".
ask: How do I get started contributing to {project}? => Look for issues tagged "first" and ask, people are kind | Docs! They always need docs | Come to the {weekday} call, we'll find you something
ask: Is {project} still maintained? Last release looks old. => Yes, quiet but alive | One person, {small} evenings a week. Be nice | There's a new release branch, see the wiki
agree: {project} has one of the friendliest trackers around.
disagree: I waited {number} weeks for a review at {project}. Not great.
follow: How long did the review take? => {minutes} minutes, shockingly | About {small} weeks | They answered the same night
add: Sponsor them if your company uses {project}. Even a little.

= game_boss | gaming
bind: game, boss
subject: {game}
hashtags: Gaming, LateNightGaming
open: {minutes} tries. {^boss} in {game} is down. I screamed, the {pet} screamed, the neighbours know.
open: {game} at two in the morning: "just one more". It was not one more.
open: {relative} (71) beat {boss} in {game} on the second try. I'm still stuck on it.
open: {game} has the best rain in any game. Sat on a roof for {minutes} minutes doing nothing.
open: Found my old {game} cartridge with {relative}'s save on it. Can't delete it, won't delete it.
ask: Any tips for {boss}? I've been stuck on {game} since {weekday}. => Go left in phase two, always left | Fire arrows. And breathe | Skip it, come back with more health | Parry the second swing, never the first
ask: Is {game} worth it at full price? => Yes, if you like {spice_game} games | Wait for the sale | {minutes} hours in and still smiling, so yes
ask: Looking for a third for {game} on {weekday}. Anyone? => Me! After nine though | I'm rubbish but cheerful | Add me, I bring snacks
agree: {^boss} took me a whole {weekday}. Worth it.
disagree: {game} is {minutes} percent menus, I gave up.
disagree: {^boss} is easy with a shield, you're all overthinking it.
follow: What build are you running? => Full glass cannon, no regrets | Whatever looked funny | The boring one with the shield
add: Turn off the music for {boss}, you hear the cue.

= music_listen | music
bind: band, song
subject: {song}
hashtags: NowPlaying
open: {song} by {band} on repeat since {weekday}. [Send {drink}|My flatmates have a meeting about it|No skips].
open: Heard {song} in the supermarket and stood next to the leeks until it finished.
open: {lead} {band} peaked with {song} and I'll hear no appeals.
open: Bought {band} on vinyl at the flea market for {small} euros. It crackles like a campfire.
open: {relative} asked me to turn {band} UP. I've waited my whole life for this.
ask: If I like {band}, what should I listen to next? => {band_two}, start with the early stuff | Anything with a {instrument} in it, really | The B-sides, then {band_two}
ask: What's that song that goes quiet in the middle and then the {instrument} comes in? => {song}, surely | Sounds like {band} to me | Hum it? Kidding. Try {song}
agree: {song} on the night {bus}, headphones, rain. Nothing like it.
agree: That middle part of {song}! I get shivers.
disagree: {song} is fine but it's no {song_two}.
disagree: {band} have one idea, it's a good idea, but still.
follow: Which version? => The live one from {stage} | Album version, always | The one with the {instrument}
add: The drummer also teaches at {venue}, really nice chap.

= practice | music
bind: instrument
subject: the {instrument}
hashtags: PracticeRoom
open: Day {minutes} of learning the {instrument}. I can play {small} notes, and one of them on purpose.
open: Played {instrument} at the open mic in {stage}. Hands shook. {number} people clapped, {small} of them strangers.
open: My {instrument} teacher sighed today. It was a new sigh.
ask: How long until the {instrument} stops sounding like a dying {pet}? => About a year. Hang in there | {small} months with a good teacher | Mine still does, I just got louder
ask: Second-hand {instrument} for a beginner, what should I look for? => Take someone who plays along | Check the case first, a dry case means a loved {instrument} | Borrow one from the music school at {venue}
agree: Ten minutes daily beats an hour on {weekday}.
follow: What are you practising? => {song}, slowly, very slowly | Scales. Only scales | Whatever the neighbours can bear
disagree: Skip lessons, play with people, that's how I learned {instrument}.
add: Metronome. Sorry. But metronome.

= birds | science
bind: bird, place
subject: {bird}
hashtags: BirdCount
open: {^bird} at {place} {lately}! {small} years of looking and there it was, next to a shopping trolley.
open: Count at {place}: {number} species, one of them {bird}, cold hands, warm heart.
open: Explained {bird} to a class of eight-year-olds. Question one: "can it be my friend?"
ask: Saw {bird} near {place}, is that normal for this time of year? => A bit early, the north wind brings them | Quite normal, they follow the river | Please log it at the count, that's a good record
ask: Which binoculars for a beginner? => Eight by thirty, second hand | Whatever you'll actually carry | The library at {venue} lends them
agree: Jealous! I've walked {place} for weeks.
disagree: Are you sure? From the description that's a gull in good light.
follow: What time of day was it? => Just after sunrise | Noon, of all times | Dusk, {minutes} minutes before dark
add: Keep dogs on the lead by {place}, they rest there.

= night_sky | science
bind: body
subject: {body}
hashtags: Stargazing
open: Clear night, {body} over the roofs. Showed {someone} through the telescope. Long silence, then "oh".
open: Cloud, cloud, cloud, {minutes} seconds of {body}, cloud. Worth it.
open: Took {number} photos of {body}. One is sharp. That one's my new wallpaper.
ask: Where can I see {body} without city lights? => The dam, {minutes} minutes by bike | Up on the hill behind {place}, bring a torch with a red filter | {venue} on {weekday} nights, they let you look through the big one
ask: Do I need a telescope for {body}? => Binoculars and a steady wall | No, just dark and patience | A small one makes it much better
agree: {body} never gets old. I've looked for {minutes} years.
follow: What did you shoot it with? => Phone on the eyepiece, really | An old lens and luck | {^someone}'s camera, so shush
disagree: I saw it, it's a dot, you're all very easily pleased.
add: There's a public evening at {venue} on {weekday}.

= potholes | politics
bind: place
subject: the pothole at {place}
hashtags: CouncilWatch
open: The pothole at {place} has its own weather now. Reported it {number} times.
open: Council came and drew a {colour} circle around the pothole at {place}. Then left. Art.
open: {mayor} cut a ribbon {minutes} metres from the pothole at {place}. Scissors work, shovels don't.
open: Credit where due: reported the lamp at {place} on {weekday}, fixed by {weekday_two}. Thank you, night crew.
ask: Who do I call about the pothole at {place}? => The roads desk, they want a photo | There's a form, it takes {minutes} minutes of your life | Your councillor. Loudly
agree: Lost a hubcap at {place}. The pothole has a collection by now.
disagree: They fixed {number} on our street last month, they can't be everywhere.
follow: How deep is it? => Deep enough for ducks | Up to the rim | My {pet} fits in
add: Photo with a shoe for scale gets a quicker answer.

= measure_one | politics
subject: {measure_1}
hashtags: CityCouncil, HaveYourSay
for: {^measure_1} is the first good idea from {mayor}'s desk in years. [Kids could breathe|Other towns did it and the sky stayed up|Sign the petition at {venue}].
for: Talked to {number} shopkeepers about {measure_1}. {^small} worried, the rest hopeful. Let's just try it for a year.
for: {lead} in ten years we'll wonder why anyone was against {measure_1}.
for: Walked {place} with {relative} and thought: this is what {measure_1} is about. People, not paperwork.
against: {^measure_1} sounds lovely if you don't have a delivery at six in the morning. I do.
against: Nobody asked the people at {place} about {measure_1}. Nobody. {^mayor} asked {mayor}.
against: Show me one budget line for {measure_1} that adds up and I'll be quiet. I have read all {minutes} pages.
against: {lead} {measure_1} is a photo opportunity with a bill attached. And we get the bill.
ask: Can someone explain {measure_1} without shouting? => The short version: a one-year trial, then a vote | There's a leaflet at {venue}, quite balanced | Depends who you ask, {softener} both sides have a point
for_agree: Yes. {^measure_1} is overdue, and I say that as a {job}.
for_agree: Thank you. The loudest voices against {measure_1} don't even live here.
for_disagree: I see why you worry, but a trial year of {measure_1} can be undone. Doing nothing can't.
for_disagree: The numbers in the report say the opposite, {parent}. {^measure_1} pays for itself by year {number}.
against_agree: Exactly this. {^measure_1} was decided before we were asked.
against_agree: My shop would lose {minutes} percent with {measure_1}. That's rent.
against_disagree: Easy to love {measure_1} when your job doesn't need a van.
against_disagree: With respect, {parent}, {measure_1} helps {place} and forgets everyone east of the river.
follow: Have you been to one of the public meetings? => Two of them, {mood} both times | Yes, and you could speak, they wrote it down | Work shifts, so no. That's part of the problem
add: Whatever you think of {measure_1}, the consultation closes on {weekday}. Write to them.
rebut: We clearly want different towns, {parent}, but thanks for keeping it civil about {measure_1}.

= measure_two | politics
subject: {measure_2}
hashtags: CityCouncil
for: Went to the hearing on {measure_2}. {^small} nurses spoke. If you weren't moved, check your pulse. Vote for it.
for: {^measure_2} costs each of us a {drink} a month. I can live with that.
for: People said the same about the library. Now they're all in it. Say yes to {measure_2}.
against: {^measure_2} is fine in theory. In practice it's {big} thousand we don't have.
against: I was for {measure_2} until I read the annex. Read the annex.
against: Fix {place} first, then talk to me about {measure_2}.
ask: What would {measure_2} actually cost per household? => The council says about {minutes} euros a year | Depends on the loan, that's the trouble | Page {minutes} of the report has a table
for_agree: This. {^measure_2} is cheap compared with doing nothing.
for_disagree: The annex also says it ends if it fails, {parent}. Seems fair to me.
against_agree: Finally somebody read the annex on {measure_2}.
against_disagree: A {drink} a month today, {parent}. And next year?
follow: Is the vote on {measure_2} public? => Yes, gallery opens at six | Streamed, if the stream works | Public, but get there early
add: The opposition tabled {number} changes to {measure_2}, worth a read too.

= reading | books
bind: book
subject: {book}
hashtags: AmReading
open: Page {minutes} of {book} and I have missed my stop twice.
open: Lent {book} to {someone} in {month}. I understand now that it was a gift.
open: {book} has a map at the front. I trust any book with a map.
open: Read {book} aloud to {relative} over {number} evenings. Neither of us wanted the last one to end.
open: Threw {book} across the room, went to pick it up, apologised, read on.
ask: Recommend me something like {book}? => Anything from the same shelf at {venue}, honestly | {book_two}, it has the same quiet | Older stuff: letters, diaries, sea voyages
ask: Does the ending of {book} make sense to anyone? => She never left the house. Read the first page again | It's about the brother, isn't it | No, and that's what I like
agree: {book} found me at the right time as well.
disagree: {book} bored me stiff. I wanted to like it!
follow: Paper or e-book? => Paper, bath-proof by now | Audio, the voice is {good} | Library copy with someone's notes, even better
add: The second-hand shop at {place} has {small} copies.

= library | books
bind: venue
subject: {venue}
hashtags: Libraries
open: There's a man at {venue} who reads the paper to his dog. The dog has a favourite section.
open: {venue} scrapped fines and now everyone brings their books back. Make it make sense. (It does make sense.)
open: Wrote {number} pages at {venue}. The radiator hums in B flat.
agree: I learned to read in that room.
follow: Is it quiet in the afternoons? => Till the school bus comes | Quiet enough to hear pages | Top floor, yes
disagree: I find {venue} too cold to stay, gloves on and all.
add: They lend tools and telescopes too, look behind the stairs.
ask: Can you join {venue} without a fixed address? => Yes, any letter will do | They gave {someone} a card on the spot | Ask at the desk, they're {good} about it

= kindness | local
bind: place
subject: what happened at {place}
hashtags: GoodNews
open: Somebody paid for my {drink} at {place} and left before I could turn round. {^weekday} saved.
open: Kids at {place} are running a lemonade stand in the rain. Turnover: {minutes} euros. Spirit: unbreakable.
open: A stranger and I carried a fridge across {place} {lately}. We didn't exchange names. We exchanged nods.
open: The baker at {place} puts yesterday's bread on the wall at six, no questions asked. More people should know.
open: Power was out around {place}, so the whole stairwell sat on the steps with candles. Met people I've lived above for {number} years.
agree: This town at its best. It's why I stayed.
react: Needed to read that today, thank you.
follow: Did you ever find out who it was? => No, and I like it that way | A {job} from the next street, I think | Turned out to be {someone}!
disagree: Nice story, but we shouldn't need lemonade stands to fund the playground.
add: Same corner where they hang coats on the fence in winter, isn't it?

= shops | local
bind: place, thing
subject: the corner shop at {place}
hashtags: ShopLocal
open: The corner shop at {place} is closing after {minutes} years. Bought my first comic there, and my last umbrella.
open: New repair shop at {place}. Fixed my {thing} while I waited, charged me a {drink}.
open: Queue around {place} for the bakery again. I've forgotten what we're queueing for but I'm committed.
ask: Where can I get a {thing} repaired near {place}? => The repair café, bring patience | Under the arches at {place_other}, ask for the boss | New shop opposite the kiosk, cheap and quick
agree: He let me pay "next time" when I was a student. I always did.
follow: What's coming instead? => Vape shop, I'd bet | A bakery, I heard | Flats. It's always flats
disagree: The prices there were wild, let's not get misty-eyed.
add: There's a goodbye evening on {weekday}, bring a photo.

= noise | local
bind: place
subject: the noise at {place}
hashtags: Roadworks
open: Roadworks at {place} start at six sharp. They don't end, they pause.
open: Does the drill at {place} have to be in the key of my headache?
open: Fireworks at {place} on a {weekday}. Why. For whom. My {pet} is in the bath.
ask: What was that bang near {place} {lately}? => Transformer, the lights flickered here | Bin lorry dropped a skip | Wedding, if you can believe it
ask: How long will they be digging at {place}? => Sign says till spring | Ask the man with the flask, he knows everything | They've been "nearly done" since {month}
agree: I sleep with a pillow on each ear.
disagree: It's the new water pipe, I'll take a month of noise over brown water.
follow: Have you rung the council? => On hold for {minutes} minutes, hung up | They said to write, so I wrote | Yes, they could hear it through the phone
add: They owe you notice in writing, by the way.
"""
