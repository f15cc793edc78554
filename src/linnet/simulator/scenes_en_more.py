"""More English scenes of everyday life, in the format of scenes_en_life.py."""

SCENES = """
= school | daily
bind: relative
subject: the school run
hashtags: Parenting
open: School run: one shoe, {number} snacks, a {pet} in a carrier that we don't own.
open: My kid asked why the moon follows our {bus}. I said it likes us. Physics can wait.
open: Parents' evening. "Talks a lot, mostly about {bird_word}." Couldn't be prouder.
open: Found a drawing in my bag: me, with {small} arms, captioned "tired". Accurate.
open: Tooth number {number} fell out at {place}. We crawled around with a torch. Found it. Tooth fairy owes me overtime.
ask: What do you pack for lunch when they hate everything? => Breakfast, but cold. Works every time | Let them pack it, then it's their problem | {^dish} in a flask, don't ask me why
agree: Ours has one song on repeat since {weekday}. The word "again" haunts me.
disagree: Let them be bored on the bus, it's good for them.
follow: How old? => {^small}, going on forty | Nine, with the mortgage worries of an adult | First year at school
add: Write the name in the shoes. Both shoes.

= fitness | daily
bind: place
subject: running
hashtags: SlowRunners
open: Ran {number} km along {place}. Overtaken by a pram, a dachshund and a man eating chips.
open: Couch to running, week {small}: I no longer hate the hill at {place}. I resent it.
open: Swam before work. {minutes} lengths, one plaster floating by, still the best part of the day.
open: Did the stairs at {place} for charity. {big} steps. My legs have unfollowed me.
ask: How do you get out the door when it's dark and wet? => Sleep in the kit. Not joking | Promise somebody. Guilt beats rain | You don't. You go at lunch
ask: Good flat loop near {place}? => Down to the water and back, {minutes} minutes | Round the park twice, toilets at the gate | The old rail line, no traffic at all
agree: Slow is fine. Slow is most of us.
disagree: Running is what you do when the {bus} leaves. Otherwise, walk.
follow: Are you doing the half? => Signed up, regretted it, still going | As a steward, with biscuits | Ask my knee
add: Get lights. Drivers at {place} don't see a thing after five.

= money | daily
bind: big
subject: the energy bill
hashtags: Bills
open: Energy bill came. {big} euros. I've been sitting in the dark like a cat burglar, for what?
open: Cancelled {small} subscriptions I'd forgotten I had. One was for an app that reminds you of subscriptions.
open: Bank called to ask if the {spice} purchase was really me. It was. {^number} jars. It was on offer.
open: Paid off the last of it {lately}. {^small} years. No balloons, just me and a {drink} on the steps. Feels huge.
ask: Anyone else's bill jump to {big}? => Yes, ring them and ask for the actual reading | Mine was double, they'd guessed the meter | Switch, it took me {minutes} minutes
agree: We wear hats indoors now. It's a look.
disagree: Mine went down, honestly. New windows.
follow: Did you check the meter yourself? => Twice, with a photo | It's behind a cupboard behind a cupboard | No, and now I'm scared to
add: There's free advice at {venue} on {weekday}s, they helped my dad.

= craft | daily
bind: colour
subject: the {colour} jumper
hashtags: Knitting, Handmade
open: Finished the {colour} jumper after {small} winters. One sleeve is for a person with longer arms than any of us.
open: Dropped a stitch {minutes} rows ago. Do I go back? Or do I call it a pattern?
open: Taught {relative} to knit over the phone. We now own {number} very small blankets.
open: The {colour} wool ran in the wash and everything I own is the same mood now.
ask: Where do you buy decent wool in {city}? => The stall at {market}, second row | Unravel a charity shop jumper, best wool there is | There's a swap at {venue} every {weekday}
agree: There's no such thing as too much wool.
disagree: Life's short, buy the jumper.
follow: Which pattern? => From my gran's tin, no name, many stains | A free one, plus swearing | I made it up and it shows
add: Block it wet, pins everywhere, two days. Miracles.

= weddings | daily
bind: someone
subject: the wedding
hashtags: WeddingSeason
open: {^someone} is getting married at {place} and wants a {pet} as ring bearer. I've been asked to train it.
open: Speech done. {minutes} seconds of silence, then my dad laughed, then everybody did. I can breathe.
open: At the wedding {lately} the band played {song} and three generations knew the words.
ask: What do you give a couple who own everything? => A day of your time, babysitting or painting | {^bake}, every month for a year | A tree, and dig the hole for it too
agree: I cried at the seating plan.
disagree: I'd rather have had a long weekend and no cake, {softener}.
follow: Did the {pet} behave? => Better than the best man | Ate a corsage | Stole every photo
add: Comfy shoes in the car. Always.

= hospital | daily
bind: relative
subject: the ward
hashtags: ThankYouNurses
open: {^relative} is out of surgery and asking for {dish}. The nurses on that ward are made of something else.
open: {minutes} minutes in A&E with a fish hook in my thumb. The doctor asked what I'd caught. Me.
open: Gave blood {lately}. Tiny plaster, big biscuit, {number} minutes. Go if you can.
open: Waiting room bingo: one cough, one crossword, someone who knows {someone}, a vending machine that says no.
ask: What do you bring someone who's stuck in hospital? => Lip balm, long charger cable, decent tea | Gossip. Only gossip | A puzzle book and your time
react: Sending love to your {relative_word}. Hope they're home {soon}.
agree: The night nurse held my mum's hand for an hour. I'll never forget it.
follow: Are visitors allowed? => Two at a time till seven | Afternoons, ask at the desk | One, with a mask
disagree: The waiting times aren't the nurses' fault, but someone's, surely.
add: Parking's free after six by the side gate.

= phone | software
bind: thing
subject: my phone
hashtags: TechSupport
open: Updated my phone. Everything is {small} pixels to the left and I'm an old man shouting at clouds.
open: Fixed {relative}'s printer by standing next to it. They're afraid of me now.
open: Dropped my phone in the {drink}. It's in rice. So is my dignity.
open: {relative} texts like a telegram: "ARRIVED. SOUP. LOVE." I wouldn't change a thing.
open: My password manager has forgotten me. I forgive it. I'd like to forget some of those sites too.
ask: How do I stop the storage full message without deleting photos? => Delete the videos of fireworks. All of them | Old chats, they eat it all | Put them on a drive, two copies, done
agree: I still miss buttons.
disagree: It's fine after a week, you won't remember the old way.
follow: Did you have a backup? => From {month}. Of {year_word} | Somewhere. On a stick. In a drawer | Of course. (No.)
add: Do the update on wifi, learned that the expensive way.

= homelab | software
bind: language
subject: the home server
hashtags: SelfHosting
open: The home server runs on a laptop without a screen, behind the {plant}. Uptime: {big} days. Don't breathe near it.
open: Moved all our photos off the cloud. {minutes} hours, one curry, zero regrets.
open: Wrote a {language} script to water the {plant}. It watered the router.
open: A friend asked what I do with {small} computers in a cupboard. I said "worry".
ask: Smallest machine that can host a calendar for {number} people? => An old phone, seriously | Anything from the last ten years with a disk | The box you already have, it's bored
ask: How do you back up at home? => Two disks, one of them at my sister's | Nightly to a stick, monthly to a shelf far away | I pray, then I rsync
agree: The joy of a service that only your family uses and nobody can take away.
disagree: I've a job for that already, evenings are for {dish}.
follow: What does it draw in power? => Nine watts, I measured | Less than the lamp next to it | Don't tell my partner
add: Test the restore, not the backup.

= chess | gaming
bind: someone
subject: the endgame
hashtags: Chess
open: Lost to {someone}'s eight-year-old in {minutes} moves. She apologised. That was the worst part.
open: Chess in the park at {place}: rain, wool hats, one flask, sacrifice on f7. Bliss.
open: Hung my queen on move {number} and then won. He was so happy he forgot to look.
ask: Where do people play casually in {city}? => {venue}, {weekday} nights, all levels | Under the trees at {place}, just sit down | Back room of {stage}, loud but kind
agree: Rook endings are where friendships go to die.
disagree: Blitz isn't chess, it's panic with pieces.
follow: Which opening? => The one where I move the horse first | London, sorry | Something I saw at breakfast
add: They lend clocks at the desk.

= boardgames | gaming
bind: weekday
subject: game night
hashtags: BoardGames
open: Game night ran till {small}. One marriage wobbled, one alliance held, all the crisps are gone.
open: New rule at our table: whoever explains the rules for longer than {minutes} minutes makes the {drink}.
open: Missing one {colour} piece since {month}. It was in the {pet}'s bed. With {number} others.
ask: Good game for {small} people who don't like conflict? => Anything cooperative with islands in it | The one with the birds | Puzzle and soup, honestly
agree: I only ever win at the ones about sheep.
disagree: It's not a real game night without one betrayal.
follow: Who won? => The one who said she'd never played | {^relative}, smugly | We lost count, so everyone
add: Sleeves for the cards if there are kids. And {bake}.

= choir | music
bind: song
subject: the choir
hashtags: Choir
open: Choir rehearsal: {minutes} altos, {small} tenors, one brave bass. {^song} still sounded like a cathedral.
open: Sang {song} at {venue} for the care home. A lady who hasn't spoken in months sang the second verse.
open: Our conductor said "that was a choice". We are reflecting.
ask: Can you join a choir if you can't read music? => Half of us can't, just stand near Linda | Yes! {^weekday}s, {venue}, no audition | You learn by ear in {small} weeks
agree: Singing with people fixes things sleep can't.
disagree: Love you all but the arrangement of {song} is a crime.
follow: When's the concert? => End of the month at {stage} | When we can do {song} without laughing | {^weekday}, if the heating works
add: Bring a pencil and a scarf, that hall is an icebox.

= radio | music
bind: band
subject: that radio show
hashtags: NightRadio
open: The late show played {band} between two weather reports and I had to pull over near {place}.
open: Rang in to request {song}. Got through. Panicked. Requested {song_two}.
open: There's a pirate station on our street, plays {instrument} music at four in the morning. No complaints.
agree: Radio people are the last magicians.
disagree: I can't be doing with presenters who talk over the intro.
follow: Which station? => Far left of the dial, you'll know | The student one, after eleven | It fades out past {place}, sorry
add: They put the playlist up on {weekday}s.
ask: What was the tune the late show closed with {lately}? => {song} I think, by {band} | {band}! Went and bought it | A live one, the {instrument} version

= bees | gardening
bind: number
subject: the bees
hashtags: Beekeeping
open: First honey: {number} jars. Stung {small} times. Exchange rate accepted.
open: Swarm in the hedge at {place}. Called the bee man. The bee man is {age} years old and wore shorts.
open: The bees are quiet now, you put your ear to the box and it's like a fridge full of monks.
ask: Can you keep bees on a flat roof? => Yes, shelter them from wind and warn the neighbours | Ask the club at {venue}, they help you start | You can, and the honey tastes of lime trees
agree: Nothing calms me like watching them come home.
disagree: Plant for wild bees first, honey bees are doing fine.
follow: Do they survive the winter? => If they've enough stores and no draught | Lost one hive of {small} last year | Fingers crossed, fondant on top
add: Don't wear {colour_dark}, they hate it.

= houseplants | gardening
bind: colour
subject: the windowsill
hashtags: HousePlants
open: My fern died. I watered it, I sang, I moved it {number} times. It chose peace.
open: {relative} waters my plants with cold {drink} and they have never looked better. I'm furious.
open: The cactus flowered! {^colour}, for one night, like an opera. I stayed up.
open: Bought one plant "for the bathroom". I now own {minutes}. There's no room to shower.
ask: North-facing window, what survives? => Ivy, ferns, and low expectations | Cast iron plant, you can't kill it | A nice picture of a plant
agree: I say good morning to mine. They're better listeners than most.
disagree: Plastic ones. No guilt.
follow: How often do you water? => When I remember, which is {weekday} | Finger test, dry to the knuckle | Too often, that's the problem
add: Tepid water, and turn the pot a quarter each time.

= ferry | transit
bind: place
subject: the ferry
hashtags: Ferry
open: Took the ferry instead of the {bus}. Same price, plus gulls, plus a man playing {instrument}.
open: The ferry was {minutes} minutes late because of a seal on the ramp. Best delay of my life.
open: Commuters on the ferry have assigned seats by custom. I sat in the wrong one. I'll be moving cities.
ask: Does the ferry take bikes at rush hour? => {^number} at most, be early | Yes but the crew decides | Only folding ones before nine
agree: Standing at the rail beats any window seat.
disagree: Lovely till there's fog, then you're stuck at {place} all night.
follow: Is there coffee on board? => Instant, and worth it for the view | A machine with moods | Bring a flask
add: Sit at the back if you're prone to queasiness.

= tickets | transit
bind: bus
subject: the inspector on the {bus}
hashtags: TicketPlease
open: Inspector on the {bus} looked at my ticket, looked at me, said "long day?" and moved on. Yes. Yes it was.
open: My {thing} was also in the pocket with my ticket. The inspector now knows me as a person.
open: Someone paid a kid's fine on the {bus} {lately} and got off without a word.
ask: Can you still buy tickets from the driver? => Coins only, and he sighs | Not since spring, machine or app | On the {bus} yes, trams no
agree: There's one with a {colour} scarf who's always kind.
disagree: They only ever check at {place}, it's a running joke.
follow: How much is a fine now? => {minutes} euros and your pride | More than a month of tickets | They let me off, first time
add: Screenshot the ticket before the tunnel.

= fishing | weather
bind: place
subject: the tide
hashtags: TideTimes
open: High tide is up to the third step at {place}. My wellies are up to the second.
open: Sat {minutes} minutes on the wall at {place} watching the weather arrive like a slow train.
open: Old fella at {place} says his elbow predicts rain. It's been right {number} times. The app: {small}.
ask: Is the path by {place} under water again? => Ankle deep, go by the road | Dry till about four | Closed off, they've put tape up
agree: You can smell it turning, can't you.
disagree: I moved inland for a reason.
follow: Did you catch anything? => A cold | {^number} mackerel and a boot | Only the sunset
add: Check the tables at the kiosk, they're more honest than the app.

= experiments | science
bind: spice
subject: the experiment
hashtags: KitchenScience
open: Volcano for the school fair: vinegar, soda, {spice}. The ceiling is a map of a new country.
open: Measured the temperature in {number} streets with my class. The ones with trees were cooler. They cheered like at a final.
open: Grew crystals on a string for {small} weeks. They're wonky and I'd defend them with my life.
open: Explained the tides with a bucket and {relative}. Only one of us got wet.
ask: Easy experiment for {number} ten-year-olds, no fire? => Red cabbage juice, it changes colour with everything | Paper bridges and coins, instant silence | Ice, salt, string. Trust me
agree: More of this and fewer worksheets, please.
disagree: A control would be nice, but the ceiling looks great.
follow: Do you have the instructions? => On the back of an envelope, will post {soon} | The library at {venue} has a kit | Vinegar last. That's the whole trick
add: Goggles. Even for vinegar. Ask me how I know.

= fungi | science
bind: place
subject: the mushrooms at {place}
hashtags: Fungi
open: Found {number} kinds of mushroom in an hour by {place}. Ate none. I'm not an idiot.
open: There's a bracket fungus at {place} the size of a {pet}. I visit it.
open: Spore prints on the kitchen table again. My partner has stopped asking.
ask: Red cap, white stem, near {place}. Is it safe? => Never eat on the word of strangers, take it to the club | Almost surely not. Photo of the gills? | There's an expert at {venue} on {weekday}s
agree: Best autumn for it in {number} years.
disagree: Leave them, half the woods have been picked bare.
follow: Did you log it? => Yes, with photo and date | Logging it {soon} | The group did, thank them
add: A paper bag, not plastic.

= meetings | politics
bind: venue
subject: the residents' meeting
hashtags: Neighbourhood
open: Residents' meeting at {venue}: {minutes} people, {small} microphones, one man who only wanted to talk about bins.
open: Asked a question at the council for the first time. Voice shook. Councillor wrote it down. Democracy is a folding chair.
open: Collected {big} signatures for a zebra crossing at {place}. My feet have political opinions now.
open: Election posters are up. They all look like they sell the same insurance.
ask: How do I get something on the agenda? => Write to the clerk ten days before, one page | {minutes} signatures and it's automatic | Ask {mayor}'s office, they're nicer than you think
agree: Turn up. That's the whole secret. Turn up.
disagree: I turned up for {small} years and all I got was minutes.
follow: Did {mayor} come? => Late, left early, took a biscuit | Yes, stayed till the end, fair play | Sent a deputy
add: They stream it, but the sound dies whenever it gets interesting.

= youth | politics
subject: voting at sixteen
hashtags: YouthVote
open: Sixteen-year-olds ran the mock election at our school better than some parishes run the real one.
open: My kid read all the manifestos and asked why nobody answers the letters. I had no answer either.
open: First vote {soon}! Polling card on the fridge between the takeaway menus.
ask: Where do I register if I've just moved? => Town hall, ten minutes, bring a bill | Online, but do it before the month ends | They do it at {venue} on {weekday}s
agree: They'll live with it the longest, let them vote.
disagree: At sixteen I'd have voted for a {pet}.
follow: What did the kids care about? => Buses. It's always buses | Rents, and the pool | Sleep
add: The debate is on {weekday}, under-eighteens get the first questions.

= writing | books
bind: number
subject: my novel
hashtags: AmWriting
open: Wrote {big} words {lately}. Deleted {minutes} more than that. Net progress is a state of mind.
open: Rejection letter number {number}, but this one had handwriting on it!
open: My villain has started to sound like {relative}. I should call them.
open: Read a chapter at the open mic in {stage}. Someone laughed at the sad bit. I'm keeping it as a comedy.
ask: How do you finish things? => Badly first, then again | Deadline and a friend who'll ask | Stop at a spot where you know what's next
agree: The middle is a swamp. Wave if you see me.
disagree: Outlines kill it for me. I like to be surprised.
follow: What's it about? => A ferry, two sisters, a lie | Doors, mostly | Ask me when it's done
add: Read it out loud. Every sentence. Painful, works.

= comics | books
bind: place
subject: the comic shop
hashtags: Comics
open: Comic shop at {place} put aside a copy for me with my name on it. I'm {age} years old and I skipped.
open: Drew a four-panel strip about my {pet}. {number} people liked it. That's more than came to my birthday.
ask: Something for a kid who hates reading? => Comics. Any comics. It's reading | The ones with the owl detective | Let them choose, even if it's rubbish
agree: I learned to spell from speech bubbles.
disagree: Collectors are ruining it, let kids touch the things.
follow: What are you reading now? => Old ferry comics from the flea market | A thing about a lighthouse, hardly any words | {^relative}'s stash from the attic
add: Free comic day is on {weekday}, queue early.

= away_day | football
bind: club
subject: the away end
hashtags: AwayDays, Terrace
open: Away with {club}: missed the coach, got a lift from a rival fan, shared a pie, lost. Ten out of ten.
open: {club} women won {number}-nil {lately} and there were more kids than programmes. Get to a game!
open: Kit leak: {club} in {colour} and {colour}. My eyes.
open: My gran's verdict on {club}: "lovely socks".
ask: Is it easy to get {club} tickets on the day? => For midweek yes, derby no | Queue at the east gate, cash | Ask around, somebody's always ill
agree: You don't choose a club, it happens to you, like weather.
disagree: The football's dreadful, you all just like the pies.
follow: How's the view from the cheap seats? => One pillar, otherwise fine | You see half the pitch, the better half | Wet
add: They let you in free for the last twenty minutes.

= leftovers | cooking
bind: dish
subject: leftovers
hashtags: NoWaste
open: Fridge archaeology: half a lemon, {number} eggs, mystery jar from {month}. Tonight we call it {dish}.
open: Community fridge at {place} was full {lately}. Took {plant}, left {bake}. That's how it should work.
open: My freezer labels say things like "brown, good" and "NOT {dish}".
ask: What do you do with stale bread? => Fry it in garlic, call it dinner | Crumbs, bag, freezer, forever | {^dish} with bread on top, best thing
agree: Second-day {dish} with a fried egg. Say no more.
disagree: I can't eat the same thing twice, sorry, my loss.
follow: And how was it? => Suspiciously good | The {pet} declined | I'd pay for that
add: Cool it fast, flat in a tray. Safer and quicker.

= coffee | cooking
bind: place
subject: the coffee at {place}
hashtags: Coffee
open: The kiosk at {place} has learned my order. I've never felt so seen or so predictable.
open: Spilled the first {drink} of the day on the second one.
open: A {drink} at {place} is {small} euros fifty now and I paid it, like a man in love.
open: Bought a proper grinder. My flatmates call it "the helicopter".
ask: Best place to sit with a laptop and one {drink} for {small} hours? => {venue}, nobody minds | The back of the kiosk at {place_other}, if you tip | Home, you monster
agree: It's the foam. Nobody else gets the foam right.
disagree: Burnt. All of it. I said it.
follow: Do they do oat milk? => And they don't charge for it! | Only the sweet kind | He'll pretend not to hear you
add: Bring your own cup, they take a bit off.
"""
