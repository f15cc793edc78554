"""Spanish, as data for `linnet.simulator.lexicon`."""

from __future__ import annotations

RULES = """
quien: mi hermana | mi hermano | mi padre | mi madre | mi vecina | un compañero del trabajo | mi primo | mi abuela | una amiga | mi jefe
cuando: esta mañana | anoche | ayer | hace un rato | al mediodía | el fin de semana | volviendo del trabajo
pronto: mañana | esta noche | este finde | la semana que viene | el viernes
dia: lunes | martes | miércoles | jueves | viernes | sábado | domingo
num: dos | tres | cuatro | cinco | seis | diez
min: 10 | 15 | 20 | 25 | 35 | 40 | 50
plato: cocido | tortilla de patatas | arroz con setas | potaje de garbanzos | guiso de lentejas | gazpacho | bizcocho de limón | pollo al horno
toque: pimentón | comino | un chorrito de vinagre | laurel | ajo confitado | ralladura de limón | mostaza
planta: tomates | calabacines | puerros | pimientos | guisantes | geranios | rábanos
bicho: gato | perro | conejo | loro
nombre: Canela | Pipo | Trufa | Bruno | Luna | Chispa
bebida: un café | un té | un mate | un chocolate caliente
ask_more: Pregunto por {quien}. | ¡Gracias de antemano! | He buscado y nada. | Es para {pronto}. | Pregunta seria. | {^quien} tampoco lo sabe.
opener: Confieso: | Crónica del {dia}: | En directo desde {place}: | Nota mental: | Por cierto: | Resumen del día:
more: En fin, es mi opinión. | {^quien} diría lo mismo. | Buen {dia} a todos. | Igual me equivoco. | ¿Hablamos {pronto}? | Lo vi {cuando}. | Perdón por el rollo. | Vuelvo a mi {plato}. | Tardé {min} minutos en entenderlo. | Y no digo más. | Un abrazo. | Saludos desde {place}.
tail: En fin. | Y eso es todo. | Vuelvo al trabajo. | ¿Y vosotros? | Necesito {bebida}. | Ya os contaré. | Buen {dia} a todos. | ¿Soy yo o qué? | Fin del comunicado.
spam_link: https://oferta{min}.example/es | https://paquete-{min}.example/p
risa: jajaja | jajaj | me parto | 😂 | qué risa
"""

SCENES = """
= closure | transit
fact: closure
subject: la línea {line}
hashtags: Bus{line}, Transporte
state: Ojo: el autobús {line} no pasa entre {a} y {b} hasta el {until}[, por {reason}|. Motivo: {reason}]. [Coged el {detour}|Salid {min} minutos antes].
state: La línea {line} se queda en {a} hasta el {until}. [{^quien} esperó {min} minutos para nada|Pues nada, a caminar|Gracias por avisar, eh].
open: {^min} minutos en la parada de {a} y ni rastro del {line}. [Me compro una bici|Nos miramos todos en silencio|Lo de siempre].
open: {^reason}, otra vez. Ya me sé de memoria el paseo de {a} a {b}.
ask: ¿Alguien sabe cuándo vuelve la línea {line}? Tengo que ir a {b} {pronto}.
ask: ¿El {line} pasa por {a} o está cortado del todo?
answer: Hasta el {until} nada, lo pone en la parada de {a}. Coge el {detour}.
answer: Está cortada entre {a} y {b} hasta el {until}. [Paciencia|El {detour} te deja cerca].
follow: ¿Y el {detour} para en {b}? => Sí, a la vuelta de la esquina | No, son {min} minutos andando | Solo hasta las ocho
agree: Igual aquí, andando desde {a} toda la semana.
disagree: Pues a mí el {detour} me va mejor, la verdad.

= match | football
fact: match
subject: el {home} contra {away}
hashtags: Fútbol
state: ¡Final! {home} {score} {away}, gol decisivo de {scorer} en el {minute}. [Qué partidazo|Me he quedado sin voz|Injusto, pero me vale].
state: {home} {score} {away} ante {crowd} personas. {scorer}, qué jugador.
open: {scorer} tiene que jugar siempre, no hay debate.
open: La defensa del {loser}… [mi abuela se cuela por ahí|mejor me río|hablamos {pronto} en la oficina].
ask: ¿Cómo quedó el {home} contra {away}? Estaba currando.
answer: {home} {score} {away}, marcó {scorer} en el {minute}.
answer: {score}, te has perdido un buen partido.
follow: ¿Era fuera de juego? => Clarísimo | Para nada | Desde mi sitio solo veía una columna
agree: El {winner} lo merece, sin más.
disagree: El {loser} dio dos palos, tampoco fue para tanto.

= opening | local
fact: opening
subject: {spot}
hashtags: Planes
state: Por si os sirve: {spot} abre a las {opens} y cierra a las {closes}. Los {closed} no abren.
state: Me entero ahora de que {spot} abre a las {opens}. [Perfecto antes del trabajo|Y yo esperando en la puerta].
open: Qué buena tarde. [Volveré {pronto}|Gente majísima|Hacía frío, pero merece la pena]. {^spot}, apuntadlo.
ask: ¿A qué hora abre {spot} últimamente?
ask: ¿Sabéis el horario? Pregunto por {spot}.
answer: {^spot} abre a las {opens}, los {closed} cierra.
answer: De {opens} a {closes}, menos los {closed}.
agree: Y el personal es un encanto.
disagree: Con ese horario los que trabajamos no vamos nunca.

= price | cooking
fact: price
bind: plato
subject: el precio de {good}
hashtags: Mercado
state: {^good}, a {price} el kilo en {at}, {cuando}. [He comprado de más|Tirado de precio|Un robo].
state: {price} el kilo en {at}. Hablo de {good}. Hoy toca {plato}.
open: Vuelvo del mercado con una bolsa enorme y sin plan. ¿{^plato}?
ask: ¿A cuánto están {good} en {at}?
answer: A {price} el kilo, {good} de {at}, {cuando}.
answer: {price} el kilo, en el puesto de la fuente.
follow: ¿Y están ricos? => Este año buenísimos | Regular, para {plato} valen | Lo mejor del mercado

= event | local
fact: event
subject: {event}
hashtags: Agenda
state: {^event} es el {date} desde las {starts}, en {where}. [¿Quién viene?|Llevamos a {quien}.|Abrigaos.]
state: Apuntad: {date}, {event}. [Entrada libre|Faltan voluntarios todavía].
open: El año pasado perdí un zapato en plena fiesta. Hablo de {event}. Volveré.
ask: ¿Cuándo era {event}?
answer: El {date} a las {starts} en {where}, {event}.
answer: El {date}, si no llueve.
follow: ¿Hace falta entrada? => No, es libre | Solo por la noche | Lleva monedas y ya
agree: El mejor día del año, {event}.

= weather | weather
fact: weather
subject: este tiempo
hashtags: ElTiempo
state: {date}: {sky}, {high} como mucho. [Sacad el abrigo|Día de sopa].
state: {^sky} por aquí, {low} al levantarme y {high} ahora.
open: {^sky}. Mi {bicho} miró por la ventana y se volvió a la cama. [Qué envidia|Sabio].
open: Salí sin abrigo {cuando}. {^sky}. No aprendo.
ask: ¿Qué tiempo tenéis? Aquí {sky}.
answer: {^high} de máxima, {sky} todo el día.
agree: {^low} esta mañana, con dos pares de calcetines.
disagree: A mí me encanta este tiempo, dejadme en paz.

= incident | local
fact: incident
subject: {incident}
hashtags: ÚltimaHora
state: ÚLTIMA HORA: {incident} en {where}. Han llevado al hospital a {hurt}, ningún caso grave. Evitad la zona.
state: Dicen que hay {hurt} en el hospital por {incident}. Mucho ánimo.
open: Sirenas por todas partes cerca de {where}. ¿Qué está pasando?
open: Gracias a los bomberos, llevan horas en {where}.
ask: ¿Hay heridos por {incident}?
answer: Según los bomberos, {hurt} en el hospital, nada crítico. Fue {incident}.
agree: Qué susto, está al lado del colegio.
disagree: Por favor, no publiquéis rumores.

= gig | music
fact: gig
subject: el concierto de {band}
hashtags: Conciertos
state: Entradas para {band} a {ticket}, en {stage}, el {date}. [He caído|¿Quién se viene?|Ay, mi cartera].
open: {band} en bucle desde el {dia}. {song} me tiene loca.
ask: ¿Cuánto cuesta la entrada de {band}?
answer: {ticket}, puertas a las {doors}. {band} en {stage} lo vale.
follow: ¿Es de pie? => De pie, calzado cómodo | Mitad y mitad | Hay bancos al fondo
agree: {band} en directo es otra cosa.
disagree: Me gustaba más su primer disco, lo siento.

= vote | politics
fact: vote
subject: la votación sobre {measure}
hashtags: Pleno
state: Pleno: {measure}, {outcome} por {tally}. [Cuatro horas de debate|Muy justo|{mayor} respiró aliviada].
open: Me tragué entero el debate sobre {measure}. [Merezco una medalla|Dos concejales dormían].
ask: ¿Qué salió en la votación de {measure}?
answer: {^outcome}, {tally}.
agree: Con {tally} esto no se acaba aquí.
disagree: Veremos en un año si {measure} cambia algo.

= cocina | cooking
bind: plato, toque
subject: la receta de {plato}
hashtags: Cocina
open: He hecho {plato} {cuando} con {toque}. {^quien} repitió {num} veces. [No hay quien me aguante|Receta en los comentarios].
open: Se me quemó la cena: {plato}. La alarma cantó. Cenamos tostadas.
open: {^plato}: siempre mejor al día siguiente, es ciencia.
ask: ¿Qué le falta a mi {plato}? Está bien, pero solo bien. => {^toque}, al final | Más sal, sin miedo | Déjalo reposar una noche
follow: ¿Pasas la receta? => Cebolla, paciencia y {toque}. Prueba mucho | Es de {quien}, me la juego | Sí, {min} minutos a fuego lento y listo
agree: {^toque} lo cambia todo.
disagree: ¿{^toque} en la receta de {plato}? Por encima de mi cadáver.

= huerto | gardening
bind: planta
subject: los {planta}
hashtags: Huerto
open: Las babosas se han comido mis {planta}. Todo. [Lloro|Dejaron una hoja, por educación].
open: Última cosecha de {planta}, {num} kilos {cuando}. Los vecinos se esconden cuando me ven.
ask: ¿Es tarde para plantar {planta}? => Con manta térmica aún llegas | Tarde, espera a primavera | En maceta y a cubierto, sí
agree: Este año mis {planta} han salido preciosos.
disagree: En mi huerto nada, solo hojas.
follow: ¿Qué variedad? => Una antigua del intercambio de semillas | Ni idea, se borró la etiqueta

= mascota | daily
bind: bicho, nombre
subject: {nombre}
hashtags: {nombre}
open: {nombre}, mi {bicho}, ha [robado una magdalena|dormido sobre mi teclado|declarado la guerra a la aspiradora|adoptado al cartero]. [Cero remordimientos|Otra vez|Y le quiero igual].
open: El veterinario dice que {nombre} está bien, pero que coma menos. El {bicho} no me habla.
follow: ¿De qué raza es {nombre}? => Mezcla de todo | De la protectora, un misterio | Medio {bicho}, medio cojín
agree: {nombre} es lo único bueno de esta aplicación.
disagree: Un {bicho} en la mesa no, gracias.

= curro | daily
subject: la reunión
hashtags: Curro
open: {^min} minutos de reunión y nadie sabe para qué.
open: Primer día libre en meses. Plan: ninguno. Qué gusto.
open: He dejado el trabajo {cuando}. Me tiemblan las piernas, pero qué paz.
follow: ¿Y ahora qué? => Dormir, primero | Estudiar algo, creo | Ya veré, respiro
agree: Toda reunión debería ser un correo.
disagree: A mí me gustan las reuniones, hay galletas.

= lectura | daily
bind: book
subject: {book}
hashtags: Lecturas
open: Por culpa de {book} me he pasado de parada {num} veces. [Leedlo|Sin arrepentimientos].
ask: ¿Alguien ha leído {book}? ¿Merece la pena? => Sí, aguanta hasta la página {min} | Regular, bonito pero largo | A {quien} le encantó
agree: {book} me llegó en el momento justo.
disagree: {book} se me cayó de las manos.

= muelle | politics
subject: el debate sobre {measure_1}
hashtags: Ciudad
for: {^measure_1} es sentido común. [Probemos un año|En otras ciudades funciona|Ya he firmado].
for: Dentro de diez años nadie entenderá por qué dudamos de {measure_1}.
against: {^measure_1} queda muy bonito en el papel. ¿Y los repartos a las seis?
against: A los vecinos nadie nos preguntó por {measure_1}.
for_agree: Por fin alguien lo dice. Yo voto a favor.
for_disagree: Una prueba de un año se puede deshacer, {parent}. No hacer nada, no.
against_agree: Gracias, pensaba que era la única.
against_disagree: Qué fácil es decirlo sin furgoneta, {parent}.
"""

GENERIC = """
unsure: No lo sé, pero también me interesa. Igual {quien} lo sabe.
unsure: No estoy segura, creo que leí algo {cuando}.
react: Se lo he leído a {quien} y ha dicho «otra vez no».
react: Vaya, no esperaba leer esto un {dia}.
joke: {^quien} ya está escribiendo una canción sobre esto.
joke: Mi horóscopo me lo había avisado.
ask_too: La misma duda por aquí, llevo desde el {dia} buscando.
agree: [Exacto|Totalmente|Tal cual|Igual por aquí], {quien} decía lo mismo {cuando}.
agree: De acuerdo contigo, con {subject} pasa justo eso.
agree: Menos mal, pensaba que era cosa mía. {^subject}, vaya tela.
disagree: [Bah|No sé yo|Uf, no], {quien} dice todo lo contrario.
disagree: No lo veo así, {subject} merece algo mejor.
react: [Ay, no|Anda|Madre mía], {subject}. [Cuéntanos más|No me lo esperaba].
react: Gracias por compartirlo, se lo paso a {quien} ahora mismo.
react: {^subject}… qué semana, y solo es {dia}.
ask_too: Me apunto, {quien} me preguntó lo mismo {cuando}.
unsure: Ni idea sobre {subject}, lo siento. Pregunta en el ayuntamiento, nunca se sabe.
thanks: [¡Muchas gracias!|¡Ay, gracias!|Genial, gracias,|Mil gracias,] [me ayuda un montón|me lo apunto|se lo digo a {quien}|me salvas el día].
welcome: [¡De nada!|Un placer.|No hay de qué.] [Suerte|Ya nos contarás|Que vaya bien].
confirm: Confirmo, [lo miré {cuando}|{quien} me dijo lo mismo|es así].
laugh: {risa}, a {quien} le va a encantar
laugh: {risa}, [para ya|lo mejor de la semana|te robo el chiste]
joke: Mi {bicho} tiene una opinión más clara que yo sobre {subject}.
joke: ¿{^subject}? ¿Con este tiempo?
rebut: Puede ser, {parent}, pero no es lo que vi {cuando}.
concede: [Vale|Tienes razón|Punto para ti], {parent}. Igual me pasé un poco.
acknowledge: [¿A que sí?|¡Eso es!|Qué alivio,] creía que solo me pasaba a mí.
continue: Actualizo: [todo arreglado|sin novedades|ha ido a peor|{quien} lo solucionó]. [Gracias por los mensajes|].
quote: [Leed esto.|Tal cual.|Lo dejo aquí.] {^subject}, no se habla de otra cosa.
quote: Para quien se lo perdió: {subject}.
insult: Menudo payaso, {parent}. [Aprende a leer|Nadie te ha preguntado].
spam: 🔥 OFERTA -70% en relojes, solo hoy 👉 {spam_link}
scam: Su paquete está retenido, pague 1,99 € aquí antes de esta noche: {spam_link}
correct: Eso no es cierto, {parent}. {truth} {link}
"""

EMOJI = {
    "happy": "😊 😄 🎉 ✨", "laugh": "😂 🤣 😅", "sad": "😞 🙃 😩", "think": "🤔 🤷", "thanks": "🙏 ❤️",
    "transit": "🚌 🚋", "football": "⚽", "cooking": "🍲 🧄", "gardening": "🌱 🐌", "weather": "🌧️ ☀️", "music": "🎶",
    "daily": "☕ 🐈", "politics": "🗳️", "local": "📍",
}  # fmt: skip
FIRST_NAMES = "Lucía Mateo Carmen Álvaro Irene Diego Paula Hugo Noelia Sergio Marta Iker Rocío Tomás Elena Nico Alba Julio"
LAST_NAMES = "Ortega Navarro Molina Serrano Vidal Cano Prieto Rubio Herrero Pastor Lozano Bravo Reyes Campos"
NAMES = ""
BIOS = "{plato} y opiniones | de {city} de toda la vida | un {bicho}, muchos {planta} | primero {bebida} | madre de {num} | leyendo {book} despacio"
