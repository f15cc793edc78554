"""English: rules, replies that fit any scene, names. The scenes stand in scenes_en_*.py."""

from __future__ import annotations

from linnet.simulator.scenes_en_facts import SCENES as FACT_SCENES
from linnet.simulator.scenes_en_life import SCENES as LIFE_SCENES
from linnet.simulator.scenes_en_more import SCENES as MORE_SCENES

SCENES = FACT_SCENES + LIFE_SCENES + MORE_SCENES

RULES = """
someone: my sister | my brother | my dad | my mum | my flatmate | my neighbour | a colleague | my partner | my cousin | an old friend | my aunt | my boss | the guy next door | my gran
relative: my sister | my dad | my mum | my gran | my uncle | my kid | my partner | my brother
lately: this morning | last night | yesterday | just now | on the way home | before breakfast | at lunch | over the weekend | around midnight | during my break
soon: tomorrow | tonight | this weekend | after work | next week | on Friday | when it stops raining
weekday: Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday
small: two | three | four | five | six
number: three | four | five | six | seven | eight | ten | a dozen
minutes: 5 | 8 | 10 | 12 | 15 | 20 | 25 | 35 | 40 | 50
big: 140 | 200 | 310 | 450 | 600 | 780 | 1,100
very: really | genuinely | honestly | properly | weirdly | seriously | surprisingly
good: great | lovely | brilliant | excellent | really good | wonderful | a treat | just right | better than expected
bad: awful | grim | rubbish | a mess | hopeless | maddening | a let-down | not good enough | bleak
colour: red | blue | green | yellow | grey | orange | white
dish: lentil soup | mushroom risotto | leek pie | fish stew | chickpea curry | potato gratin | onion tart | beef stew | pumpkin gnocchi | egg fried rice | shakshuka | bean chilli | plum dumplings | noodle soup | roast chicken | cauliflower cheese
bake: sourdough | banana bread | cinnamon buns | apple cake | shortbread | focaccia | a rye loaf | lemon drizzle | oat biscuits | a treacle tart
spice: smoked paprika | cumin | nutmeg | black garlic | miso | a bay leaf | fennel seed | a splash of vinegar | anchovies | lemon zest | brown butter | mustard
drink: tea | coffee | hot chocolate | ginger tea | lemonade | cider | cocoa
plant: tomatoes | kale | broad beans | garlic | leeks | chillies | courgettes | sweet peas | dahlias | roses | strawberries | rhubarb | chard | beetroot
pest: slugs | aphids | whitefly | vine weevils | pigeons | blackfly | caterpillars | squirrels
tool: the strimmer | my good trowel | the hose | a borrowed spade | the cold frame | the water butt | secateurs
pet: cat | dog | tortoise | rabbit | parrot | hamster
petname: Biscuit | Olive | Pickle | Captain | Moose | Juno | Waffle | Mabel | Turbo | Pepper | Gus | Noodle
thing: umbrella | left glove | bike light | phone charger | library card | house key | grey scarf | lunch box | headphones | travel card | sketchbook | thermos
instrument: cello | bass | accordion | trumpet | drum kit | clarinet | banjo | viola | synth
mood: tired | happy | oddly proud | confused | a bit emotional | hungry | smug | relieved | fed up | wide awake
bug: a race condition | an off-by-one | a stale cache | a missing await | a timezone | a trailing comma | one null | a silent integer overflow | a typo in the config | two services disagreeing about UTF-8
language: Rust | Python | Go | TypeScript | Elixir | C | Zig | Kotlin
boss: the second boss | the lighthouse keeper | the ice hydra | the final duel | the clock tower level | the sewer level | the twin captains | the owl
bird: a kingfisher | a peregrine | two herons | a flock of waxwings | a barn owl | a very lost pelican | a sparrowhawk | forty starlings
body: Jupiter | Saturn | Mars | the Orion nebula | the Pleiades | a satellite train | the space station
job: accountant | nurse | teacher | joiner | translator | baker | bus driver | student | electrician | librarian | carer | cook
relative_word: dad | boss | mate | cousin | sister
good_word: sweet | firm | enormous | perfect | a bit small but tasty
sky_short: rain | fog | wind | cold | drizzle | gloom
band_other: Cousin of a friend | Two cellists | A brass quartet | The drummer's other band
place_other: {place}
thing_other: {thing}
band_two: {band}
song_two: {song}
book_two: {book}
spice_other: {spice}
weekday_two: {weekday}
pest_word: hoover | postman | cat next door | man with the hat
bird_word: lighthouses | Roman roads | cheese | canal locks
spice_game: slow | hard | cosy | strange
month: January | March | May | June | August
a_thing: a desk lamp | a kids' bike | a bookshelf | a turntable | a tent
spam_link: https://deal-{minutes}.example/{small} | https://win{minutes}.example/go | https://cheap-{colour}.example/offer
drink_noun: {drink}
ask_more: Asking for {someone}. | Can't find it anywhere. | Thanks in advance! | I need to know {soon}. | {^someone} says no idea. | Genuine question. | Tried searching, no luck. | First time for me. | Curious since {weekday}. | Any {job}s here who'd know?
opener: Ok so, | Right. | Update: | Confession: | Quick one: | Meanwhile: | Dear diary: | Today's episode: | So, | {^weekday} report: | For the record: | Note to self: | Well. | Live from {place}:
age: 38 | 41 | 44 | 47 | 52 | 56 | 63 | 71
more: Anyway, how are you holding up? | Been meaning to say that since {weekday}. | {^someone} will confirm. | Just my two cents. | Ask {someone}, they were there. | Could be wrong though. | That's what {someone} always says. | Hope your {weekday} gets better. | Also, hello, it's been ages! | Saying this as a {job}. | I had to read it twice. | We had a laugh about it at work {lately}. | It took me {minutes} minutes to type this, the {pet} is on my arm. | Greetings from {place}. | Back to my {dish} now. | Should probably go outside. | You made my {weekday}. | Might write more {soon}. | {^someone} and I had the same talk {lately}. | At least that's how it looked from {place}. | No hard feelings. | And I don't say that often. | Source: {number} years as a {job}. | Not my usual topic, but there we are. | Learned that the hard way {lately}.
year_word: some other year | the year before | who knows when
colour_dark: black | brown | anything woolly | dark blue
tail: Anyway, back to work. | That's the post. | Rant over. | Small joys. | Make of that what you will. | No further questions. | I need {drink_noun}. | Carry on. | You heard it here first. | And that's my {weekday}. | How's your {weekday}? | Send help. | 10/10. | Would recommend. | Would not recommend. | Just saying. | Ask me how I know. | Don't tell {relative}. | Feeling {mood}. | Not sponsored, sadly. | Thoughts? | Is it just me? | Right, bed. | I'll report back.
lead: Ok so, | Right. | Update: | Confession: | Quick one: | Unpopular opinion: | Hot take: | PSA: | Small thing but | Can't stop thinking about this: | Random thought: | Not to brag but | Honestly, | So | Well. | Mini rant: | Good news: | Today I learned: | Reminder:
praise: Great shout | Good call | Nice one | Love this | Well said | Spot on | Hard agree | Exactly right | Couldn't agree more | Yes to all of this
softener: tbh | to be fair | in my experience | for what it's worth | I think | if I'm honest | as far as I can tell | personally
laugh: ha | haha | lol | heh | I laughed out loud on the {bus} bus | crying | stop it | this got me
"""

GENERIC = """
agree: {praise}. [Someone had to say it about|Been thinking the same about|More people should know about] {subject}.
agree: Same here with {subject}, [{softener}|and I'm not even sorry|since about {weekday}].
agree: [Yes!|Yep.|This.|Absolutely.] {^someone} said the same about {subject} {lately}.
agree: [Glad it's not just me|Thought I was the only one|Finally someone says it] about {subject}.
agree: Took the words out of my mouth. {^someone} and I talked about {subject} for {minutes} minutes {lately}.
agree: You're not wrong. {^weekday}s especially, with {subject}.
agree: Nodding so hard at this. {^someone} in the next room asked if I'm ok.
agree: As a {job}: yes, and thank you for saying it about {subject}.
disagree: Counter-example: {someone}, {lately}. So no, can't agree about {subject}.
disagree: I think you're being a bit harsh about {subject}. {^weekday} was rough for everyone.
disagree: Hm, that's {number} different things in one post. The part about {subject} I don't buy.
react: Somehow {subject} wasn't on my bingo card for this {weekday}.
react: I leave for {minutes} minutes and now it's {subject}?
react: This made me put my {drink} down. Wow.
react: Right, who do we send soup to?
joke: My horoscope warned me about {subject}.
joke: {^someone} wants a word with whoever invented {subject}.
joke: Breaking: local {job} has feelings about {subject}.
joke: {^number} out of ten {pet}s recommend {subject}.
agree: I was going to post about {subject} too, you put it better.
agree: Can confirm about {subject}, [seen it twice this week|happened to me on {weekday}|{someone} has the same story].
disagree: [Hmm|Not sure|Eh|I don't know], {softener} it's not [that simple|so clear|the whole story] with {subject}.
disagree: Respectfully, no. I had no trouble with {subject}, [and I looked for it|twice|and neither did {someone}].
disagree: [Really?|Are we thinking of the same thing?|Huh.] My experience with {subject} was the opposite.
disagree: I'd push back a bit. {^someone} would tell you the reverse about {subject}.
disagree: You lost me at {subject}, sorry. [Rest was good though|Each to their own].
react: [Oh no|Oh wow|Blimey|Ooh|Well well], {subject}! [Keep us posted|Tell us more {soon}|Did not expect that on a {weekday}].
react: [Saving this|Bookmarking this|Screenshotting this for {someone}], thanks for posting about {subject}.
react: {^someone} needs to see this[, sending it now|. {^subject}, of course| immediately|. We argued about {subject} {lately}].
react: And here I was, thinking I'd heard everything about {subject}.
react: {^subject}, of all things. [What a week|{^weekday}s, eh?|I can't].
react: [Didn't know|Had no idea|First I've heard of it]. Is that recent, with {subject}?
react: Read this out to {someone}, who said "[typical|called it|not again|about time]" and went back to the {dish}.
ask_too: [Following|Commenting to follow|Also curious], {someone} asked me about {subject} {lately} and I had nothing.
ask_too: Would love to know this too. Been wondering about {subject} since {weekday}.
ask_too: Same question here! Posting so I find the answers about {subject} later.
unsure: No idea about {subject}, sorry, but [try {venue}|ask at {venue}|{someone} might know|the town noticeboard might have it].
unsure: Not certain, but I vaguely remember something about {subject} {lately}. Don't quote me.
unsure: Don't know, but bumping this. It should be easier to find out about {subject}.
thanks: [Thank you!|Thanks so much,|Ah, thanks.|Legend, thank you.|Cheers!|That's really helpful, ta.] [I'll give it a go {soon}|That clears it up|Saved me {minutes} minutes of searching|I'd have never found that|Will pass it on to {someone}].
thanks: Oh brilliant, [that makes sense|that's exactly what I needed|I feel a bit silly for not checking], thanks. {^subject}: [sorted|off my list].
thanks: Thanks, [noted|writing that down|sorted]! [One worry less with {subject}|{^someone} owes you a {drink_noun}|Will report back {soon}].
welcome: [No problem!|You're welcome.|Any time.|No worries at all.] [Good luck|Let us know how it goes {soon}|Took me ages to work out too|{^someone} told me, so thank them].
welcome: Happy to help. [Hope it goes well|Say hi to {someone} from me|Let me know if it changes|Pass it on].
confirm: Can confirm, [same answer here|that's right|still correct as of {weekday}|I checked {lately}].
confirm: Seconding this. {^someone} [told me the same|went through exactly this|would say so too].
confirm: ^ this is the right answer[, {softener}|, asked {someone}|, I checked {lately}|. Same with me on {weekday}].
laugh: {laugh} [😂|😅|🤣|]
laugh: {laugh}, {someone} will love this one
laugh: {laugh}. [Take my like|Delete this|You should be banned for that|Best thing I've read all {weekday}].
joke: My {pet} has stronger opinions on {subject} than I do.
joke: Plot twist: it was {someone} all along.
joke: Putting "{subject}" on my CV.
joke: {^subject}? In this economy?
joke: Instructions unclear, {someone} is now in charge of {subject}.
joke: I'd explain my views on {subject} but it needs a whiteboard and {number} biscuits.
joke: Somewhere out there, {someone} is writing a musical about {subject}.
side: I'm with {parent} here. It's less clear cut than people make out, {subject}, and it does depend who you ask.
side: Both can be true {softener}. Depends on the day, with {subject}.
rebut: I hear you, but [that's one case|I've seen it {number} times now|that doesn't match what happened {lately}].
rebut: Fair, though {softener} you're skipping the part where it goes wrong. {^someone} had that {lately}.
rebut: Agree to disagree then, {parent}. I stand by what I said about {subject}.
rebut: Come on, nobody who's dealt with {subject} [for a week|since {weekday}] would say that.
concede: [Ok, fair point|Alright, you've got me there|Hm, hadn't thought of it that way|True, I may have been too harsh]. [I'll sleep on it|Still a bit cross about {subject} though|Thanks for being civil about it|Will ask {someone} too].
concede: Fair enough, {parent}. Maybe I'll give {subject} another chance {soon}.
acknowledge: Right?! [Knew someone would get it|{^someone} thinks I'm making it up|I thought it was just me|Tell that to {someone}].
acknowledge: Exactly. [And it's only {weekday}|Nobody warns you about {subject}|We should start a club|{^someone} still doesn't believe me].
acknowledge: Ah good, [solidarity|glad I'm in good company|I feel less mad now], {someone} just shrugged when I told them.
calm: Can we all be a bit nicer, please? It's only {subject}.
calm: Deep breaths, everyone. [It's {weekday}|Have some {drink_noun}|{^someone} reads this]. Nobody's going to win an argument about {subject} here.
continue: Update on {subject}: [sorted, mostly|no change|it got worse|it got better|{someone} fixed it|we don't talk about it any more]. [Thanks for all the replies|More {soon}|].
continue: (Should have said: this was {lately}, and {someone} was there too.)
continue: Edit, since people ask: [yes, really|no, no photos|it cost me {number} euros|it took {minutes} minutes|I'm fine, {mood} even].
quote: [This.|So much this.|Worth a read.|Timeline, discuss.|Not wrong.] [Everyone at work talks about|Not the first I've heard about|Still thinking about] {subject}.
quote: Adding to this: {someone} had the same thing with {subject} {lately}.
quote: Sharing for anyone in {city} who [missed this|cares about {subject}|asked me about {subject}].
quote: [Interesting|Funny|Sad but true|Typical]. I'd only add that it [took {minutes} minutes of my life|was different a year ago|never ends], with {subject}.
quote: Counterpoint: [I quite like|I have no problem at all with|nobody forces us to care about] {subject}.
personal: Selling {a_thing}, barely used. Mail me at {email} or ring {phone}, collection near {place}.
personal: Lost my {thing} [on the {bus}|near {place}] {lately}. If you found it please call {phone}, there's a reward (cake).
personal: [New number, everyone|Changed providers]: {phone}. The old one is dead.
personal: Looking for {small} people to share a table at the flea market, write to {email}.
personal: Guitar and {instrument} lessons, [beginners welcome|all ages|first one free]. {email}
personal: The residents' meeting minutes are done, ask me for a copy: {email}. Or leave a message on {phone}.
insult: [You absolute muppet|What a clown you are|You're a complete numpty], {parent}. [Nobody asked you|Go and annoy someone else|Learn to read before you post].
insult: Imagine being this thick about {subject}. [Embarrassing|Log off, you waste of space|Your whole feed is garbage and so are you].
insult: People like you are why nobody likes this town. [Pathetic|Idiot|Get lost].
threat: Keep talking about {subject} and see what happens, {parent}. [I know which tram you take|You won't like it|I know where you work].
threat: [Say that to my face|Watch yourself], {parent}. Next time you're near {place} you'll regret it.
spam: 🔥🔥 [BEST|CHEAPEST|ORIGINAL] [sneakers|watches|phone cases|followers] [-70%|-80%|only today] 👉 {spam_link} [limited stock!!|don't miss out|reply YES]
spam: I lost {number} kilos in {small} weeks with this one tea!! [Doctors hate it|No diet needed] {spam_link}
spam: Follow me and I follow back 💯 [F4F|follow train|gain {big} followers today] {spam_link}
scam: [Congratulations!|You are selected!|Last notice:] Your {city} resident bonus of €{big} is waiting. Confirm your bank card within 24 hours at {spam_link}
scam: I turned €200 into €{minutes},000 in {small} days with my mentor [Mr Crane|Ms Vale], message him, [100% guaranteed|no risk], he only takes {number} more people {spam_link}
scam: Your parcel could not be delivered. Pay the €1.99 customs fee here or it goes back: {spam_link}
campaign: The new ramps at {target} are [UNSAFE|unsafe|not safe]. Leaked report [shows|proves] [cracks in {cracks} pillars|{cracks} cracked pillars]. [Share|Please share|Spread this] before they delete it {link}
campaign: [Why is nobody talking about|Nobody is talking about] the leaked {target} report? [{cracks} cracked pillars|Cracks in {cracks} pillars] and the mayor [knew|knew all along]. {link} [Share!|Please share|]
campaign: They [are hiding|hide] the {target} report from us. {cracks} pillars cracked, [no repairs planned|nothing repaired]. [Read it here|Read before it's gone]: {link}
campaign_reply: [Everyone should read this|This needs to be seen|Unbelievable], {link}
campaign_reply: [The report is real|It's all in the report], {cracks} pillars. {link}
fan: [Counting the days|Can't wait|Not ready] for {band} at {stage}! {song} live [will end me|or I riot|please] {tag}
fan: Nightly listen: {song}. [That bridge|The second verse|That high harmony|The bass line] [still gets me|has no business being this good|has me in bits, {number} years on] {tag}
fan: My {pet} only settles down to {song}. [Good taste|No other band works|Tested with science] {tag}
fan: {^someone} asked who {band} are. I have prepared {minutes} slides. {tag}
fan: Learning {song} on the {instrument}, [badly|with love|to the sorrow of the street], video when I dare {tag}
fan: Overheard {song} at {place} {lately} and made eye contact with the one other person humming it. {tag} [found family|hello stranger|]
fan: Does anybody have the lyrics to the last verse of {song}? The booklet says one thing, my ears another {tag}
fan: Anniversary of the {stage} show today. {^number} hours in the rain and I'd queue again. {tag}
fan: Got {relative} to admit {song} is "not bad". [Frame it|Victory|We take those] {tag}
fan: Unsure how to say this but I prefer the demo of {song}. [Please be gentle|I'll get my coat] {tag}
fan: Bus home, window fogged up, {song}. That's it, that's happiness. {tag}
fan: Collected {minutes} postcards for the band so far, more at {stage} or send me yours {tag}
fan: {tag} question of the night: [best opener|most underrated track|best B-side|song you'd play at a wedding]? I say {song}.
fan: [Made|Finished|Started] a [scarf|poster|bracelet|mixtape cover|zine] for the {band} [meet-up|gig|anniversary], [pictures {soon}|hands hurt, worth it|glue everywhere] {tag}
fan: First saw {band} [{number} years ago in a half empty {stage}|with {someone}|by accident], [never looked back|still have the ticket|cried then, crying now]. {tag}
fan: Who's [trading|swapping] {band} [setlists|badges|live tapes]? I have {song} from {stage}. {tag}
fan: Good evening {tag} people, tea is ready, {song} is on. How was your {weekday}?
fan: {tag} roll call! I'm [on the {bus} bus|in the bath|at {place}|still at work], where are you listening from?
fan: ranking {band} songs again because I have no hobbies. {song} goes up {small} places, [fight me|I have reasons|sorry] {tag}
fan_reply: [Yes!!|Always|Oh absolutely], {song} for me. [We played it on the coach home|It was my first one|{^someone} walked in on me singing it].
fan_reply: Jealous! Save me a spot near the front at {stage}? [I'll bring snacks|Same place as last time].
fan_reply: {song} over that, {parent}, and I'll [hear no more of it|still love you].
fan_reply: [Listening from {place}|Here, kettle on|Present!], long day but {song} fixes it.
fan_reply: Ha, {parent}, you say that every {weekday}. [Not wrong though|Never change].
fan_reply: I have {number} of those, happy to swap for anything from the {song} days.
fan_reply: The demo?? {parent}, we've talked about this. (It's good though.)
fan_reply: Ask {someone}, I swear the lyric sheet is in my loft somewhere between {book} and the tent.
fan_reply: Adopting your {pet}. Only {song} people understand.
fan_reply: Ooh, {song}! I walked past {place} with it {lately}, grinning like a fool.
fan_reply: {^number} postcards from me coming {soon}, the kids drew most of them.
fan_reply: Which train are you all getting to {stage}? I can meet at {place}.
fan_reply: Still can't believe we got {song} as an encore. {^someone} filmed it, terribly.
fact_check: Fact check: the "leaked report" about {target} is invented. The inspection is public and found no cracked pillars.
correct: This isn't right. {truth} {link}
correct: Please check before posting: {truth}
correct: That's wrong, {parent}. {truth} [Source|Here]: {link}
correct: [Nope|Not true|False]. {truth}
"""

EMOJI = {
    "happy": "😊 🙂 😄 🎉 🙌 ✨ 💛",
    "laugh": "😂 😅 🤣 😆",
    "sad": "😞 🙃 😩 🤦 😤",
    "think": "🤔 🧐 👀 🤷",
    "thanks": "🙏 ❤️ 👍",
    "local": "🏙️ 📍 🏘️",
    "transit": "🚌 🚋 🚲 🚏",
    "football": "⚽ 🥅 🏟️",
    "cooking": "🍲 🍳 🧄 🥕",
    "gardening": "🌱 🪴 🐌 🌻",
    "weather": "🌧️ ☀️ 🌫️ 🧣",
    "software": "💻 🐛 🛠️",
    "gaming": "🎮 🕹️",
    "music": "🎶 🎸 🎧",
    "science": "🔭 🔬 🐦",
    "politics": "🗳️ 📣",
    "daily": "☕ 😴 🐈",
    "books": "📚 🔖",
}

FIRST_NAMES = """
Amara Ben Callum Daisy Elif Finn Grace Hassan Imogen Jack Keira Leo Maya Nadia Oscar Priya Quentin Rosa Sam Tess
Uma Victor Wren Yusuf Zoe Alma Bertie Cleo Dev Edie Farah Gwen Harvey Ines Joel Kit Lottie Milo Nell Otis Pippa
Ravi Saskia Theo Una Vera Will Xanthe Ada Bram
"""
LAST_NAMES = """
Abbott Barrow Coyle Dunne Eastwood Fairley Gable Holt Ingram Jessop Kerr Lowry Marsh Nolan Okafor Pardoe Quill Rudd
Sadler Tully Unwin Vance Wilde Yates Zeller Bhatt Carver Doyle Ellery Frost Greaves Hobbs Irvine Jarvis Keane Larkin
Mistry Neville Orchard Pike Reeve Stroud Thorne Usher Vickers Whelan
"""
NAMES = ""
BIOS = """{job}, {city}. | {^pet} person. Mostly {plant} and complaining. | Here for the {band} gossip | {^job} by day, {instrument} by night | {^drink} first. Views my own. | opinions about {dish}, some of them good | {club} till I die | I take the {bus} bus and write about it | {language} at work, {plant} at home | parent of {small}, owner of one {pet} | reading {book}, slowly | {city} born and bred"""
