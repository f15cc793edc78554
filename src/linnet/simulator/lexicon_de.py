"""German, as data for `linnet.simulator.lexicon`."""

from __future__ import annotations

RULES = """
wer: meine Schwester | mein Bruder | mein Vater | meine Mutter | meine Nachbarin | ein Kollege | meine Oma | mein Cousin | eine Freundin | mein Chef
wann: heute früh | gestern Abend | gestern | vorhin | heute Mittag | am Wochenende | auf dem Heimweg
bald: morgen | heute Abend | am Wochenende | nächste Woche | am Freitag
tag: Montag | Dienstag | Mittwoch | Donnerstag | Freitag | Samstag | Sonntag
zahl: zwei | drei | vier | fünf | sechs | zehn
min: 10 | 15 | 20 | 25 | 35 | 40 | 50
gericht: Linsensuppe | Zwiebelkuchen | Kartoffelgratin | Pilzrisotto | Rouladen | Kürbissuppe | Käsespätzle | Apfelkuchen
zutat: Kümmel | Muskat | einem Schuss Essig | brauner Butter | Senf | Zitronenschale | Majoran
pflanze: Tomaten | Zucchini | Bohnen | Erdbeeren | Dahlien | Radieschen | Kohlrabi
tier: Katze | Schildkröte | Hündin | Häsin
name: Krümel | Paula | Socke | Mia | Flocke | Frieda
trinken: Kaffee | Tee | Kakao
spam_link: https://rabatt{min}.example/de | https://paket-{min}.example/p
ask_more: Frage für eine Freundin. | Danke im Voraus! | Hab überall gesucht. | Es eilt ein bisschen. | Ernst gemeinte Frage. | {^wer} weiß es auch nicht.
opener: Geständnis: | Bericht vom {tag}: | Live aus {city}: | Notiz an mich: | Nebenbei: | Kurze Info:
more: Na ja, nur meine Meinung. | {^wer} würde das auch sagen. | Schönen {tag} noch. | Vielleicht irre ich mich. | Mehr dazu {bald}. | Hab ich {wann} gesehen. | Sorry für den langen Text. | Jetzt gibt es {gericht}. | Hat {min} Minuten gedauert, bis ich es verstanden habe. | Mehr sage ich nicht. | Liebe Grüße! | So, weiter geht’s.
tail: So viel dazu. | Zurück an die Arbeit. | Und bei euch so? | Ich brauche {trinken}. | Mehr dazu {bald}. | Schönen {tag} noch. | Geht das nur mir so? | Ende der Durchsage.
lachen: haha | ich kann nicht mehr | 😂 | made my day | hihi
"""

SCENES = """
= closure | transit
fact: closure
subject: die Linie {line}
hashtags: Linie{line}, Nahverkehr
state: Achtung: Der Bus {line} fährt zwischen {a} und {b} nicht, und zwar bis {until}. [Grund: {reason}.|{reason}, heißt es.] [Nehmt die {detour}|Plant {min} Minuten mehr ein].
state: Linie {line} endet bis {until} schon an der Haltestelle {a}. [{^wer} hat {min} Minuten umsonst gewartet|Dann eben zu Fuß|Danke für die tolle Ansage].
open: {^min} Minuten an der Haltestelle {a} und keine {line} in Sicht. [Ich kaufe mir ein Rad|Alle schauen sich an, keiner sagt was|Wie immer].
open: Schon wieder {reason}. Den Weg von der Haltestelle {a} nach {b} kenne ich jetzt auswendig.
ask: Weiß jemand, wann die Linie {line} wieder normal fährt? Ich muss {bald} zur Haltestelle {b}.
ask: Hält die {line} gerade an der Haltestelle {a} oder gar nicht?
answer: Erst wieder nach dem {until}, steht an der Haltestelle {a}. Nimm die {detour}.
answer: Zwischen {a} und {b} gesperrt bis {until}. [Viel Geduld|Die {detour} hilft ein bisschen].
follow: Hält die {detour} auch bei {b}? => Ja, gleich um die Ecke | Nein, {min} Minuten zu Fuß | Nur bis acht Uhr abends
agree: Ich laufe auch seit Tagen von der Haltestelle {a}.
disagree: Die {detour} ist ehrlich gesagt schneller, ich beschwere mich nicht.

= match | football
fact: match
subject: das Spiel {home} gegen {away}
hashtags: Spieltag
state: Abpfiff! {home} {score} {away}, {scorer} trifft in der {minute}. Minute. [Was für ein Abend|Ich bin heiser|Unverdient, aber egal].
state: {home} {score} {away} vor {crowd} Leuten. {scorer}, was für ein Spieler.
open: {scorer} muss immer spielen, da gibt es nichts zu diskutieren.
open: Die Abwehr von {loser} … [da kommt sogar meine Oma durch|ich lache lieber|wir reden {bald} im Büro].
ask: Wie ist {home} gegen {away} ausgegangen? Ich musste arbeiten.
answer: {home} {score} {away}, das Tor hat {scorer} gemacht.
answer: {score}! Da hast du was verpasst.
follow: War das Abseits? => Ganz klar | Nie im Leben | Ich saß hinter einem Pfeiler
agree: {winner} hat das verdient, keine Frage.
disagree: {loser} hatte zweimal Pech mit dem Pfosten.

= opening | local
fact: opening
subject: {spot}
hashtags: Stadtleben
state: Falls es jemand braucht: {spot} öffnet um {opens} und schließt um {closes}, {closed} ist zu.
state: Heute gelernt: {spot} macht schon um {opens} auf. [Perfekt vor der Arbeit|Und ich stand ewig vor der Tür].
open: {^spot} ist für mich der schönste Ort bei Regen. [Ich gehe {bald} wieder hin|So nette Leute dort|Kalt war es trotzdem].
ask: Wann macht {spot} eigentlich auf?
ask: Hat jemand die Öffnungszeiten? Es geht um {spot}.
answer: {^spot} öffnet um {opens}, {closed} geschlossen.
answer: Von {opens} bis {closes}, nur {closed} nicht.
agree: Und das Personal ist so freundlich.
disagree: Wer arbeitet, hat von diesen Zeiten nichts.

= price | cooking
fact: price
bind: gericht
subject: der Preis für {good}
hashtags: Wochenmarkt
state: {good} kosten {price} das Kilo, {at}, {wann} gesehen. [Zu viel gekauft|Geschenkt|Ganz schön happig].
state: {price} das Kilo für {good}, {at}. Dann gibt es wohl {gericht}.
open: Mit voller Tasche vom Markt und ohne Plan. Vielleicht {gericht}?
ask: Was kosten {good} gerade? Ich meine {at}.
answer: {price} das Kilo, als ich {wann} da war. {at}, {good}.
answer: {price} das Kilo, am Stand beim Brunnen.
follow: Und sind die gut? => Dieses Jahr super | Geht so, für {gericht} reicht es | Die besten seit Langem

= event | local
fact: event
subject: {event}
hashtags: Veranstaltung
state: {^event} ist am {date} ab {starts}, Treffpunkt {where}. [Wer kommt mit?|Wir bringen Kuchen mit.|Zieht euch warm an.]
state: Vormerken: {date}, {event}. [Eintritt frei|Es fehlen noch Freiwillige].
open: Letztes Jahr habe ich dort einen Schuh verloren. {^event}, ich komme wieder.
ask: Wann ist nochmal {event}?
answer: Am {date} um {starts}, Treffpunkt {where}. {^event}, ich freue mich.
answer: Am {date}, wenn es nicht regnet.
follow: Braucht man eine Karte? => Nein, einfach kommen | Nur abends | Ein bisschen Kleingeld reicht
agree: {^event} ist der beste Tag im Jahr.

= weather | weather
fact: weather
subject: dieses Wetter
hashtags: Wetter
state: {date}: {sky}, höchstens {high}. [Jackenwetter|Suppenwetter].
state: {sky} hier, {low} beim Aufstehen und jetzt {high}.
open: {sky}. Meine {tier} hat rausgeschaut und ist wieder ins Bett. [Neid|Klug].
open: {^wann} ohne Jacke raus. {sky}. Ich lerne es nie.
ask: Wie ist das Wetter bei euch? Hier nur {sky}.
answer: Höchstens {high}, {sky} den ganzen Tag.
agree: {low} heute Morgen, zwei Paar Socken.
disagree: Ich mag das Wetter, lasst mich.

= incident | local
fact: incident
subject: {incident}
hashtags: Eilmeldung
state: EIL: {incident}, Bereich {where}. {^hurt} verletzt, niemand schwer. Bitte meidet die Gegend.
state: Es heißt, {hurt} wurden verletzt: {incident}. Gute Besserung an alle.
open: Überall Sirenen, Richtung {where}. Was ist da los?
open: Danke an die Feuerwehr, seit Stunden im Einsatz, {where}.
ask: Gibt es Verletzte? Ich meine {incident}.
answer: Laut Feuerwehr {hurt}, nichts Kritisches. Es war {incident}.
agree: So nah an der Schule, das macht Angst.
disagree: Bitte keine Gerüchte posten.

= gig | music
fact: gig
subject: das Konzert von {band}
hashtags: Konzert
state: Karten für {band} kosten {ticket}, {stage}, am {date}. [Ich habe zugeschlagen|Wer kommt mit?|Mein armes Konto].
open: {band} läuft seit {tag} in Dauerschleife. {song}, dieses Lied!
ask: Was kostet der Eintritt bei {band}?
answer: {ticket}, Einlass {doors}. {band} ist es wert, {stage} auch.
follow: Sitzplätze? => Stehplätze, bequeme Schuhe | Halb und halb | Ein paar Bänke hinten
agree: {band} live ist nochmal was anderes.
disagree: Das erste Album war besser, sorry.

= vote | politics
fact: vote
subject: die Abstimmung
hashtags: Stadtrat
state: Stadtrat: {measure}, {outcome} mit {tally}. [Vier Stunden Debatte|Knapp|Frau {mayor} wirkte erleichtert].
open: Habe die ganze Debatte gesehen: {measure}. [Ich verdiene einen Orden|Zwei Räte schliefen].
ask: Wie ging die Abstimmung aus? Es geht um {measure}.
answer: {^outcome}, {tally}.
agree: Mit {tally} ist das Thema nicht vorbei.
disagree: Mal sehen, ob sich dadurch in einem Jahr etwas ändert.

= kochen | cooking
bind: gericht, zutat
subject: das Rezept für {gericht}
hashtags: Kochen
open: {^wann} {gericht} mit {zutat} gemacht. {^wer} hat {zahl} Teller gegessen. [Seitdem bin ich unerträglich|Rezept in den Kommentaren].
open: {gericht} angebrannt. Der Rauchmelder hat mitgesungen. Es gab Brot.
open: {gericht} schmeckt am nächsten Tag besser, das ist Wissenschaft.
ask: Was fehlt meinem Rezept für {gericht}? Es ist gut, aber nur gut. => Ganz am Ende etwas mit {zutat} | Mehr Salz, trau dich | Eine Nacht ziehen lassen
follow: Verrätst du das Rezept? => Zwiebeln, Geduld, und mit {zutat} abschmecken | Von der Oma, das darf ich nicht | Klar, {min} Minuten auf kleiner Flamme
agree: Mit {zutat} wird alles besser.
disagree: {gericht} mit {zutat}? Niemals.

= garten | gardening
bind: pflanze
subject: die Sache mit den {pflanze}
hashtags: Garten
open: Die Schnecken haben alle {pflanze} gefressen. Alle. [Ich weine|Ein Blatt ließen sie stehen, aus Höflichkeit].
open: Letzte Ernte: {pflanze}, {zahl} Kilo {wann}. Die Nachbarn verstecken sich schon vor mir.
ask: Ist es zu spät für {pflanze}? => Unter Vlies geht es noch | Zu spät, warte auf den Frühling | Im Topf am Haus, ja
agree: Die {pflanze} waren dieses Jahr herrlich.
disagree: Bei mir nur Blätter, sonst nichts.
follow: Welche Sorte? => Eine alte vom Saatguttausch | Keine Ahnung, das Schild ist weg

= haustier | daily
bind: tier, name
subject: {name}
hashtags: {name}
open: {name}, meine {tier}, hat [ein Brötchen geklaut|auf der Tastatur geschlafen|dem Staubsauger den Krieg erklärt|den Postboten adoptiert]. [Keine Reue|Schon wieder|Ich liebe sie trotzdem].
open: Die Tierärztin sagt, {name} ist gesund, nur etwas rund. Die {tier} war den ganzen Weg beleidigt.
follow: Was für eine Rasse ist {name}? => Von allem etwas | Aus dem Tierheim, ein Rätsel | Halb {tier}, halb Kissen
agree: Wegen {name} bin ich überhaupt noch hier.
disagree: Eine {tier} gehört nicht auf den Tisch.

= arbeit | daily
subject: die Besprechung
hashtags: Büro
open: {^min} Minuten Besprechung und niemand weiß, worum es geht.
open: Erster freier Tag seit Monaten. Plan: keiner. Herrlich.
open: {^wann} gekündigt. Weiche Knie, leichtes Herz.
follow: Und jetzt? => Erst mal schlafen | Eine Ausbildung, glaube ich | Mal sehen, durchatmen
agree: Jede Besprechung könnte eine Mail sein.
disagree: Ich mag Besprechungen, da gibt es Kekse.

= lesen | daily
bind: book
subject: {book}
hashtags: Lesen
open: Wegen {book} habe ich {zahl} Mal meine Haltestelle verpasst. [Lest es|Keine Reue].
ask: Hat jemand {book} gelesen? Lohnt es sich? => Ja, halte bis Seite {min} durch | Schön, aber lang | {^wer} war begeistert
agree: {book} kam bei mir genau zur richtigen Zeit.
disagree: Mit {book} konnte ich nichts anfangen.

= kai | politics
subject: die Diskussion
hashtags: Stadtpolitik
for: {^measure_1}: einfach vernünftig. [Probieren wir es ein Jahr|Anderswo klappt es doch|Ich habe unterschrieben].
for: In zehn Jahren fragt sich jeder, warum wir gezögert haben. Thema: {measure_1}.
against: {^measure_1} klingt auf dem Papier schön. Und wer liefert morgens um sechs?
against: Uns Anwohner hat niemand gefragt, Stichwort {measure_1}.
for_agree: Endlich sagt es jemand. Ich bin dafür.
for_disagree: Ein Probejahr kann man beenden, {parent}. Nichtstun nicht.
against_agree: Danke, ich dachte schon, ich bin allein damit.
against_disagree: Leicht gesagt, {parent}, wenn man keinen Lieferwagen braucht.
"""

GENERIC = """
unsure: Weiß ich nicht, interessiert mich aber auch. Vielleicht weiß es {wer}.
unsure: Nicht sicher, ich habe {wann} so etwas gelesen.
react: Habe es laut vorgelesen, {wer} sagte nur „schon wieder?“.
react: Na, damit habe ich an einem {tag} nicht gerechnet.
joke: {^wer} schreibt bestimmt schon ein Lied darüber.
joke: Mein Horoskop hatte mich gewarnt.
ask_too: Gleiche Frage hier, seit {tag} suche ich.
agree: [Genau|So ist es|Stimmt|Hier auch], {wer} hat {wann} dasselbe gesagt.
agree: Ganz deiner Meinung. {^subject}, das passt genau.
agree: Gut, dann liegt es nicht nur an mir. {^subject}, echt jetzt …
disagree: [Hm|Na ja|Nicht überzeugt], {wer} sagt das Gegenteil.
disagree: Sehe ich anders, {subject} hat Besseres verdient.
react: [Oh nein|Na so was|Wahnsinn], {subject}! [Halte uns auf dem Laufenden|Damit hatte ich nicht gerechnet].
react: Danke fürs Teilen, {wer} bekommt das gleich geschickt.
react: {^subject} … was für eine Woche, und erst {tag}.
ask_too: Ich lese mit, {wer} hat mich {wann} dasselbe gefragt.
unsure: Keine Ahnung, leider. Zu {subject} würde ich im Rathaus fragen.
thanks: [Vielen Dank!|Ah, danke!|Super, danke,|Tausend Dank,] [das hilft mir sehr|ist notiert|ich sage es weiter|du rettest meinen Tag].
welcome: [Gern geschehen!|Kein Problem.|Gerne.] [Viel Erfolg|Erzähl, wie es war|Schönen Tag dir].
confirm: Kann ich bestätigen, [{wann} nachgesehen|{wer} sagt das auch|stimmt so].
laugh: {lachen}, das muss {wer} sehen
laugh: {lachen}, [hör auf|bester Beitrag der Woche|den klaue ich]
joke: Meine {tier} hat zu dem Thema eine klarere Meinung als ich.
joke: {^subject}? Bei dem Wetter?
rebut: Mag sein, {parent}, aber ich habe {wann} etwas anderes erlebt.
concede: [Na gut|Stimmt auch wieder|Punkt für dich], {parent}. Vielleicht war ich zu streng.
acknowledge: [Nicht wahr?|Eben!|Puh,] ich dachte schon, es geht nur mir so.
continue: Kleines Update: [alles geregelt|nichts Neues|es wurde schlimmer|{wer} hat es gerichtet]. [Danke für die Nachrichten|].
quote: [Lesenswert.|So ist es.|Das lasse ich hier mal stehen.] {^subject}, überall hört man davon.
quote: Für alle, die es verpasst haben: {subject}.
insult: Was für ein Clown du bist, {parent}. [Lern erst mal lesen|Dich hat keiner gefragt].
spam: 🔥 RABATT -70% auf Uhren, nur heute 👉 {spam_link}
scam: Ihr Paket wird zurückgehalten, zahlen Sie 1,99 € bis heute Abend: {spam_link}
correct: Das stimmt nicht, {parent}. {truth} {link}
"""

EMOJI = {
    "happy": "😊 😄 🎉 ✨", "laugh": "😂 🤣 😅", "sad": "😞 🙃 😩", "think": "🤔 🤷", "thanks": "🙏 ❤️",
    "transit": "🚌 🚋", "football": "⚽", "cooking": "🍲 🥔", "gardening": "🌱 🐌", "weather": "🌧️ ☀️", "music": "🎶",
    "daily": "☕ 🐈", "politics": "🗳️", "local": "📍",
}  # fmt: skip
FIRST_NAMES = (
    "Anna Jonas Lena Felix Mia Lukas Greta Emil Frieda Paul Nele Moritz Hanna Oskar Lotte Till Ronja Bruno"
)
LAST_NAMES = "Becker Vogel Krüger Lorenz Sommer Winkler Kaiser Busch Ebert Horn Lindner Pohl Seidel Voigt"
NAMES = ""
BIOS = "{gericht} und Meinungen | aus {city} | eine {tier}, viele {pflanze} | erst {trinken} | liest gerade {book} | Mutter von {zahl} Kindern"
