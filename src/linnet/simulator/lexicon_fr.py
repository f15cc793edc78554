"""French, as data for `linnet.simulator.lexicon`."""

from __future__ import annotations

RULES = """
qui: ma sœur | mon frère | mon père | ma mère | ma coloc | mon voisin | une collègue | mon cousin | ma grand-mère | un pote | ma cheffe
quand: ce matin | hier soir | hier | tout à l’heure | à midi | ce week-end | en rentrant du boulot | vers minuit
bientôt: demain | ce soir | ce week-end | la semaine prochaine | vendredi
jour: lundi | mardi | mercredi | jeudi | vendredi | samedi | dimanche
nb: deux | trois | quatre | cinq | six | dix
min: 10 | 15 | 20 | 25 | 35 | 40 | 50
plat: gratin dauphinois | pot-au-feu | soupe à l’oignon | risotto aux champignons | curry de lentilles | poulet rôti | cassoulet maison | gâteau au yaourt
ingrédient: du cumin | de la muscade | un trait de vinaigre | du beurre noisette | de la moutarde | du citron confit | du piment doux
plante: tomates | courgettes | fraises | framboises | carottes | betteraves | laitues
animal: chat | chien | lapin | perroquet
nom: Biscuit | Praline | Moustache | Plume | Nougat | Gaston
humeur: crevée | ravie | un peu émue | perplexe | soulagée
boisson: un café | un thé | un chocolat chaud | une tisane
ask_more: Je demande pour {qui}. | Merci d’avance ! | J’ai cherché partout. | C’est pour {bientôt}. | Vraie question. | {^qui} ne sait pas non plus.
opener: Petite info : | Aveu : | Journal du {jour} : | En direct de {place} : | Note pour moi-même : | Et sinon :
more: Enfin, c’est mon avis. | {^qui} dirait pareil. | Bonne fin de journée à toi. | Je me trompe peut-être. | On en reparle {bientôt} ? | Des bises de {place}. | J’ai vu ça {quand}. | Désolée pour le pavé. | Et bon {jour} quand même. | Allez, je file. | Ça m’a pris {min} minutes à comprendre. | C’est tout pour moi.
tail: Voilà, c’est dit. | Bref. | Bonne journée à tous. | On en reparle {bientôt}. | Je retourne bosser. | Et vous, ça va ? | Fin de l’histoire. | J’ai besoin d’{boisson_d}. | Des avis ?
boisson_d: un café | un thé | une sieste | une tisane
spam_link: https://promo{min}.example/fr | https://colis-{min}.example/p
rire: ptdr | mdr | haha | je pleure de rire | 😂
"""

SCENES = """
= closure | transit
fact: closure
subject: la ligne {line}
hashtags: Bus{line}, Transports
state: Attention, le bus {line} ne circule plus entre {a} et {b} jusqu’au {until}[, motif : {reason}|. Motif : {reason}]. [Prenez le {detour}|Comptez {min} minutes de plus].
state: La ligne {line} s’arrête à {a} jusqu’au {until}. [{^qui} a attendu {min} minutes pour rien|Merci l’affichage|On marche, donc].
open: {^min} minutes à l’arrêt {a} et toujours pas de {line}. [Je vais finir par acheter un vélo|On s’est tous regardés, personne n’a rien dit|La routine].
open: {^reason}, encore. Je connais le trajet à pied de {a} à {b} par cœur.
ask: Quelqu’un sait quand la ligne {line} reprend ? Je dois aller à {b} {bientôt}.
ask: Le {line} passe par {a} en ce moment ou pas du tout ?
answer: Pas avant le {until}, c’est écrit à l’arrêt {a}. Prends le {detour}.
answer: Coupée entre {a} et {b} jusqu’au {until}. [Bon courage|Le {detour} dépanne].
follow: Et le {detour}, il s’arrête à {b} ? => Oui, juste au coin | Non, il faut marcher {min} minutes | Seulement jusqu’à vingt heures
agree: Pareil, je marche depuis {a} tous les matins.
disagree: Franchement le {detour} est plus rapide, moi ça me va.

= match | football
fact: match
subject: le match {home} contre {away}
hashtags: Foot
state: C’est fini ! {home} {score} {away}, but décisif de {scorer} à la {minute}e. [Quelle soirée|J’ai plus de voix|Volé, mais je prends].
state: {home} {score} {away} devant {crowd} personnes. {scorer}, quel joueur.
open: {scorer} doit jouer tous les matchs, je ne discute plus.
open: La défense de {loser} ce soir… [même ma grand-mère passait|je préfère rire|on en parle au boulot {bientôt}].
ask: Quelqu’un a le score de {home} contre {away} ? J’étais au travail.
answer: {home} {score} {away}, {scorer} a marqué à la {minute}e.
answer: {score} ! Tu as raté un beau match.
follow: Il y avait hors-jeu ou pas ? => Large | Pas du tout | J’étais derrière un poteau, aucune idée
agree: {winner} mérite, rien à dire.
disagree: {loser} a touché deux fois le poteau, c’est cher payé.

= opening | local
fact: opening
subject: {spot}
hashtags: BonsPlans
state: Pour info, {spot} ouvre à {opens} et ferme à {closes}, fermeture hebdomadaire le {closed}.
state: J’apprends que {spot} ouvre dès {opens}. [Parfait avant le boulot|Et moi qui attendais devant la porte].
open: Passé l’après-midi ici : {spot}. [J’y retourne {bientôt}|L’accueil est adorable|Il faisait froid mais c’était bien].
ask: À quelle heure ouvre {spot} en ce moment ?
ask: Quelqu’un connaît les horaires ? Je cherche pour {spot}.
answer: Ça ouvre à {opens}, {spot}. Fermé le {closed}.
answer: De {opens} à {closes}, sauf le {closed}.
agree: Le personnel est vraiment gentil, oui.
disagree: Pour ceux qui travaillent, ces horaires ne servent à rien.

= price | cooking
fact: price
bind: plat
subject: {good} du marché
hashtags: Marché
state: {^good} à {price} le kilo, vu {quand} : {at}. [J’en ai pris trop|C’est donné|Ça pique].
state: {price} le kilo pour {good}, {at}. Ce sera {plat}, donc.
open: Rentrée du marché avec un sac énorme et aucune idée. {^plat} ?
ask: Combien coûtent {good} cette semaine ? Je pense à {at}.
answer: {price} le kilo quand j’y étais {quand}, {at}, pour {good}.
answer: {price} le kilo, au stand près de la fontaine.
follow: Et c’est bon au moins ? => Très bon cette année | Correct, sans plus | Un peu abîmé mais parfait pour la recette de {plat}

= event | local
fact: event
subject: {event}
hashtags: Sortir
state: {^event}, c’est le {date} à partir de {starts}, rendez-vous : {where}. [Qui vient ?|On emmène {qui} !|Prévoyez un pull.]
state: Notez la date : {date}, {event}. [Entrée libre|Il manque encore des bénévoles].
open: L’an dernier j’ai perdu une chaussure pendant {event}. Je reviens quand même.
ask: C’est quand déjà, {event} ?
answer: Le {date}, {starts}, {where}. [À bientôt|J’y serai] pour {event} !
answer: Le {date} normalement.
follow: Il faut un billet ? => Non, c’est libre | Seulement le soir | Juste un peu de monnaie
agree: Meilleure journée de l’année, {event}.

= weather | weather
fact: weather
subject: cette météo
hashtags: Météo
state: Le {date} : {sky}, {high} au mieux. [Sortez les manteaux|Temps à soupe].
state: {^sky} ici, {low} au réveil et {high} cet après-midi.
open: {^sky}. Mon {animal} a regardé dehors et s’est recouché. [Je l’envie|Sage décision].
open: Sortie sans manteau {quand}. {^sky}. Je n’apprends jamais.
ask: Il fait quel temps de votre côté ? Ici c’est {sky}.
answer: {^high} maximum, {sky} toute la journée.
agree: {^low} ce matin, j’ai mis deux paires de chaussettes.
disagree: Moi j’adore ce temps, laissez-moi tranquille.

= incident | local
fact: incident
subject: {incident}
hashtags: Urgent
state: URGENT : {incident}, secteur {where}. Bilan : {hurt} à l’hôpital, état stable. Évitez le quartier.
state: On parle de {hurt} à l’hôpital après {incident}. Courage aux familles.
open: Des sirènes partout vers {where}. Quelqu’un sait ce qui se passe ?
open: Merci aux pompiers, ils sont sur place à {where} depuis des heures.
ask: Il y a des blessés après {incident} ?
answer: Selon les pompiers : {hurt} à l’hôpital, rien de critique. C’est {incident}.
agree: Ça fait peur, c’est juste à côté de l’école.
disagree: Ne postez pas de rumeurs, s’il vous plaît.

= gig | music
fact: gig
subject: le concert de {band}
hashtags: Concert
state: Places pour {band} à {ticket}, {stage}, le {date}. [J’ai craqué|Qui m’accompagne ?|Aïe le portefeuille].
open: {band} en boucle depuis {jour}. {song}, cette chanson me tue.
ask: C’est combien l’entrée pour {band} ?
answer: {ticket}, portes à {doors}. Pour {band}, ça vaut le coup.
follow: C’est assis ou debout ? => Debout, prends des chaussures plates | Les deux | Debout, quelques bancs au fond
agree: {band} sur scène, c’est autre chose.
disagree: Leur premier album était mieux, désolé.

= vote | politics
fact: vote
subject: le vote sur {measure}
hashtags: Conseil
state: Conseil municipal, {measure} : {outcome}, {tally}. [Quatre heures de débat|La maire {mayor} avait l’air soulagée|Serré].
open: J’ai suivi le débat sur {measure} jusqu’au bout. [Je mérite une médaille|Deux élus dormaient].
ask: Résultat du vote sur {measure} ?
answer: {^outcome}, {tally}.
agree: Avec un {tally} pareil, le débat n’est pas fini.
disagree: On verra dans un an si {measure} change quelque chose.

= cuisine | cooking
bind: plat, ingrédient
subject: la recette de {plat}
hashtags: Cuisine
open: Recette de {plat} testée {quand}, avec {ingrédient}. {^qui} s’est resservi {nb} fois. [Je suis insupportable depuis|Recette en commentaire].
open: Dîner raté : {plat}. L’alarme incendie a chanté. On a mangé des tartines.
open: {^plat} réchauffé le lendemain : encore meilleur, c’est scientifique.
ask: Qu’est-ce qui manque à ma recette de {plat} ? C’est bon mais sans plus. => {^ingrédient}, à la fin | Plus de sel, sans hésiter | Laisse-le reposer une nuit
follow: Tu donnes la recette ? => Des oignons, du temps, {ingrédient}. Goûte souvent | C’est celle de {qui}, je risque gros | Oui, {min} minutes à feu doux et c’est tout
agree: {^ingrédient}, ça change tout.
disagree: {^ingrédient} dans une recette de {plat} ? Jamais de la vie.

= jardin | gardening
bind: plante
subject: les {plante}
hashtags: Jardin
open: Les limaces ont mangé toutes les {plante}. Toutes. [Je pleure|Elles ont laissé une feuille, par politesse].
open: Dernières {plante} de la saison, {nb} kilos {quand}. Les voisins se cachent quand ils me voient.
ask: Trop tard pour planter des {plante} ? => Sous voile, ça passe encore | Trop tard, attends le printemps | En pot à l’abri, oui
agree: Cette année les {plante} étaient superbes.
disagree: Chez moi rien du tout, que des feuilles.
follow: Quelle variété ? => Une vieille du troc de graines | Aucune idée, l’étiquette a disparu

= bestiole | daily
bind: animal, nom
subject: {nom}
hashtags: {nom}
open: {nom}, mon {animal}, a [volé un croissant|dormi sur mon clavier|déclaré la guerre à l’aspirateur|adopté le facteur]. [Aucun remords|Encore|Je l’aime quand même].
open: Le véto dit que {nom} va bien, juste un peu trop rond. Le {animal} a boudé tout le trajet.
follow: C’est quelle race, {nom} ? => Un mélange de tout | Refuge, mystère total | Moitié {animal}, moitié coussin
agree: {nom} est ma seule raison d’ouvrir cette appli.
disagree: Un {animal} sur la table, non merci.

= boulot | daily
subject: cette réunion
hashtags: Boulot
open: {^min} minutes de réunion et personne ne sait pourquoi on est là.
open: Premier jour de congé depuis des mois. Programme : rien. Je suis {humeur}.
open: J’ai posé ma démission {quand}. Les jambes en coton, le cœur léger.
follow: Et maintenant ? => Dormir, d’abord | Une formation, je crois | On verra, je respire
agree: Toutes les réunions devraient être un mail.
disagree: Moi j’aime bien les réunions, on y mange.

= lecture | daily
bind: book
subject: {book}
hashtags: Lecture
open: {book} m’a fait rater mon arrêt {nb} fois. [Lisez-le|Aucun regret].
ask: Quelqu’un a lu {book} ? Ça vaut le coup ? => Oui, tiens bon jusqu’à la page {min} | Bof, belles phrases mais long | {^qui} a adoré
agree: {book} est arrivé au bon moment pour moi aussi.
disagree: {book} m’est tombé des mains.

= quai | politics
subject: le débat sur {measure_1}
hashtags: Ville
for: {^measure_1}, c’est du bon sens. [Essayons un an|Ailleurs ça marche très bien|J’ai signé].
for: Dans dix ans on se demandera pourquoi on hésitait sur {measure_1}.
against: {^measure_1}, très joli sur le papier. Et les livraisons à six heures, on fait comment ?
against: Personne ne nous a demandé notre avis sur {measure_1}.
for_agree: Enfin quelqu’un qui le dit. Oui à ce projet.
for_disagree: Un essai d’un an, {parent}, ça s’annule. L’inaction non.
against_agree: Merci, on se sent moins seul.
against_disagree: Facile à dire, {parent}, quand on n’a pas de camionnette.
"""

GENERIC = """
unsure: Je ne sais pas, mais ça m’intéresse aussi. {^qui} saura peut-être.
unsure: Pas sûr du tout, il me semble avoir lu quelque chose {quand}.
react: Lu à voix haute à {qui}, qui a dit « encore ? » et qui est repartie.
react: Alors là… je ne m’attendais pas à lire ça un {jour}.
joke: {^qui} va en faire une chanson.
joke: Mon horoscope m’avait prévenue.
ask_too: Même question ici, depuis {jour} je cherche.
agree: [Exactement|Tellement vrai|Mais oui|Pareil ici], {qui} disait la même chose {quand}.
agree: Entièrement d’accord, {subject}, c’est tout à fait ça.
agree: Ah, je ne suis donc pas la seule personne à y penser. {^subject}, vraiment…
disagree: [Bof|Mouais|Pas convaincu], {qui} dit tout le contraire.
disagree: Je ne suis pas d’accord, {subject}, ça mérite mieux que ça.
react: [Oh non|Ça alors|Eh ben], {subject} ! [Tiens-nous au courant|Je ne m’y attendais pas].
react: Merci pour le partage, je l’envoie à {qui} tout de suite.
react: {^subject}… quelle semaine, et on n’est que {jour}.
ask_too: Je suis le fil, {qui} m’a posé la même question {quand}.
unsure: Aucune idée pour {subject}, désolé. Demande à [la mairie|une bibliothécaire|la gardienne], on ne sait jamais.
thanks: [Merci beaucoup !|Ah, merci !|Super, merci,|Merci infiniment,] [ça m’aide énormément|je note|je le dis à {qui}|tu me sauves ma journée].
welcome: [De rien !|Avec plaisir.|Pas de souci.] [Bon courage|Tiens-nous au courant|Bonne journée à toi].
confirm: Je confirme, [vérifié {quand}|{qui} m’a dit pareil|c’est exact].
laugh: {rire}, {qui} va adorer
laugh: {rire}, [arrête|meilleur post de la semaine|je te vole la blague]
joke: Mon {animal} a un avis plus tranché que moi sur {subject}.
joke: {^subject} ? Avec ce temps ?
rebut: Peut-être, {parent}, mais ce n’est pas ce que j’ai vu {quand}.
concede: [Bon, d’accord|Pas faux|Tu marques un point], {parent}. J’ai peut-être été un peu dur.
acknowledge: [N’est-ce pas ?|Voilà !|Ah, ça rassure,] je croyais que c’était juste moi.
continue: Petite mise à jour : [tout est réglé|rien de nouveau|c’est pire|{qui} a tout arrangé]. [Merci pour les messages|].
quote: [À lire.|Tellement vrai.|Je pose ça là.] {^subject}, on en parle partout {quand}.
quote: Pour ceux qui ont raté : {subject}.
insult: Mais quel clown, {parent}. [Apprends à lire|Personne ne t’a rien demandé].
spam: 🔥 PROMO -70% sur les montres, aujourd’hui seulement 👉 {spam_link}
scam: Votre colis est bloqué, payez 1,99 € de frais ici avant ce soir : {spam_link}
correct: C’est faux, {parent}. {truth} {link}
"""

EMOJI = {
    "happy": "😊 😄 🎉 ✨", "laugh": "😂 🤣 😅", "sad": "😞 🙃 😩", "think": "🤔 🤷", "thanks": "🙏 ❤️",
    "transit": "🚌 🚋", "football": "⚽", "cooking": "🍲 🧅", "gardening": "🌱 🐌", "weather": "🌧️ ☀️", "music": "🎶",
    "daily": "☕ 🐈", "politics": "🗳️", "local": "📍",
}  # fmt: skip
FIRST_NAMES = "Camille Léa Hugo Manon Théo Inès Louis Chloé Nathan Jade Rémi Zoé Basile Margaux Adèle Yanis Maëlle Félix"
LAST_NAMES = (
    "Morel Garnier Lambert Fabre Rousseau Girard Perrin Chevalier Noël Masson Colin Picard Renard Barbier"
)
NAMES = ""
BIOS = "maman de {nb}, fan de {plat} | {city} et alentours | un {animal}, des {plante}, pas de regrets | {boisson} d’abord | je râle donc je suis | lectrice de {book}"
