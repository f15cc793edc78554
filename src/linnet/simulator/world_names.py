"""Names and things of the invented world in the six languages, as data.

Rows give English, French, Spanish, German, Japanese, Arabic in this order. Names that have no own form in a
language are written as in English. Nothing here is a real place, person, club, band, game or project.
"""

from __future__ import annotations

ORDER = ("en", "fr", "es", "de", "ja", "ar")

#: Latin, Japanese and Arabic forms of the stems that places, clubs and streets are built from.
STEMS = """
Larkfield ラークフィールド لاركفيلد; Harrow ハロウ هارو; Tilda ティルダ تيلدا; Brackwell ブラックウェル براكويل
Osier オージア أوزير; Calder カルダー كالدر; Quillon キロン كويلون; Saltmere ソルトミア سالتمير
Fenwick フェンウィック فينويك; Rowan ローワン روان; Dunmore ダンモア دنمور; Vesper ヴェスパー فيسبر
Lindow リンドウ ليندو; Pellam ペラム بيلام; Ashby アシュビー آشبي; Corran コラン كوران
Thistle シスル ثيسل; Wexley ウェクスリー ويكسلي; Hollin ホリン هولين; Ember エンバー إمبر
Kestrel ケストレル كيستريل; Norrow ノロウ نورو; Millstone ミルストーン ميلستون; Greyfell グレイフェル غريفل
"""

CITIES = """
Port Merrin;ポート・メリン;بورت ميرين
Valdmoor;ヴァルドムーア;فالدمور
Calderhaven;カルダーヘイヴン;كالدرهافن
Tarn Harbour;ターン・ハーバー;تارن هاربر
"""

#: What a stem may name; {s} is the stem.
PLACE_KINDS = """
{s} Bridge;Pont {s};Puente {s};{s}brücke;{s}橋;جسر {s}
{s} Square;Place {s};Plaza {s};{s}platz;{s}広場;ساحة {s}
{s} Station;Gare {s};Estación {s};Bahnhof {s};{s}駅;محطة {s}
{s} Park;Parc {s};Parque {s};{s}park;{s}公園;حديقة {s}
{s} Quay;Quai {s};Muelle {s};{s}kai;{s}埠頭;رصيف {s}
{s} Hill;Colline {s};Colina {s};{s}berg;{s}の丘;تلة {s}
"""

MARKET_KINDS = """
{s} Market;le marché {s};el mercado {s};{s}markt;{s}市場;سوق {s}
"""

VENUE_KINDS = """
{s} Museum;le musée {s};el museo {s};das Museum {s};{s}美術館;متحف {s}
{s} Library;la bibliothèque {s};la biblioteca {s};die Bibliothek {s};{s}図書館;مكتبة {s}
{s} Pool;la piscine {s};la piscina {s};das Schwimmbad {s};{s}プール;مسبح {s}
{s} Observatory;l’observatoire {s};el observatorio {s};die Sternwarte {s};{s}天文台;مرصد {s}
{s} Repair Café;l’atelier {s};el taller {s};das Repair-Café {s};{s}修理カフェ;مقهى الإصلاح {s}
{s} Recycling Yard;la déchetterie {s};el punto limpio {s};der Wertstoffhof {s};{s}リサイクルセンター;مركز التدوير {s}
"""

STAGE_KINDS = """
{s} Hall;la salle {s};la sala {s};die {s}-Halle;{s}ホール;قاعة {s}
the {s} Arms;le {s} Arms;el {s} Arms;das {s} Arms;ザ・{s}・アームズ;حانة {s}
the {s} Boathouse;le hangar {s};el hangar {s};das Bootshaus {s};{s}ボートハウス;مرفأ {s}
"""

CLUB_KINDS = """
{s} Rovers;;;;{s}・ローヴァーズ;{s} روفرز
{s} Athletic;;;;{s}・アスレティック;{s} أثلتيك
{s} United;;;;{s}・ユナイテッド;{s} يونايتد
{s} Wanderers;;;;{s}・ワンダラーズ;{s} واندررز
{s} City;;;;{s}・シティ;{s} سيتي
{s} Albion;;;;{s}・アルビオン;{s} ألبيون
"""

SURNAMES = """
Marchetti マルケッティ ماركيتي; Okoro オコロ أوكورو; Lindqvist リンドクヴィスト ليندكفيست; Duarte ドゥアルテ دوارتي
Hargreave ハーグリーヴ هارغريف; Nakata ナカタ ناكاتا; Velasco ベラスコ فيلاسكو; Brandl ブランドル براندل
Haddad ハダド حداد; Ferreira フェレイラ فيريرا; Osgood オズグッド أوزغود; Castellan カステラン كاستيلان
Pryce プライス برايس; Adeyemi アデイェミ أدييمي; Sorensen ソレンセン سورنسن; Whitlock ウィットロック ويتلوك
Kowal コワル كوال; Yilmaz ユルマズ يلماز; Renaud ルノー رينو; Tamura タムラ تامورا
"""

BANDS = (
    "Velvet Tram", "Night Ferry", "Glass Orchard", "Kite Season", "Lowtide Parade", "The Paper Lanterns",
    "Marble Arcade", "Cousin Winter", "Salt & Static", "The Slow Clocks", "Juniper Motel", "Hollow Fleet",
    "Brass Pigeons", "Echo Laundry", "Northbound Choir", "Tin Harbour",
)  # fmt: skip
SONGS = (
    "Harbour Lights Off", "Nobody's Umbrella", "Seventeen Bridges", "Slow Tram Home", "Paper Weather", "Copper Rain",
    "The Long Way to Tilda", "Half a Postcard", "Ferry Song", "Sugar in the Rust", "Your Sister's Bicycle", "Low Sun",
)  # fmt: skip
GAMES = (
    "Ashfall Tactics", "Moss Kingdom", "Starlit Couriers", "Ironbark", "Deepwater Signal", "Lantern Drift",
    "Clockwork Orchard", "Hexharbor", "Sable Circuit", "Pocket Glacier", "Rune Postal Service", "Tidebreaker",
)  # fmt: skip
PROJECTS = (
    "Tessera", "Quillpad", "Brindle", "Ferrymark", "Loomkit", "Oxbow", "Paperwasp", "Sundial",
    "Nettle", "Cobblestone", "Graylag", "Minnow",
)  # fmt: skip
BOOKS = (
    ("The Cartographer's Oven", "Ines Halloran"), ("Nine Wet Sundays", "Peter Osei"),
    ("A Short History of Doors", "Maud Keller"), ("The Tidewife", "Ana Brusco"),
    ("Letters to the Night Bus", "Tom Varga"), ("Salt Arithmetic", "Noor Rahimi"),
    ("The Beekeeper of Platform 9", "Oda Lunde"), ("What the River Kept", "Jonas Abara"),
)  # fmt: skip
STORMS = (
    ("Odile", "オディール", "أوديل"), ("Bram", "ブラム", "برام"), ("Tamsin", "タムシン", "تامسين"),
    ("Ludo", "ルード", "لودو"), ("Perrin", "ペリン", "بيرين"), ("Willa", "ウィラ", "ويلا"),
)  # fmt: skip

REASONS = """
a burst water main;une conduite d’eau rompue;una tubería rota;ein Wasserrohrbruch;水道管の破裂;انفجار أنبوب مياه
track works;des travaux sur les voies;obras en las vías;Gleisarbeiten;線路工事;أعمال على السكة
a film shoot;un tournage;un rodaje;Dreharbeiten;映画の撮影;تصوير فيلم
bridge repairs;la réparation du pont;la reparación del puente;Brückenarbeiten;橋の補修;إصلاح الجسر
a collapsed drain;un égout effondré;un colector hundido;ein eingebrochener Kanal;下水管の陥没;انهيار مجرى الصرف
new tram rails;la pose de nouveaux rails;los raíles nuevos del tranvía;neue Schienen;新しい線路の敷設;تركيب قضبان جديدة
"""

GOODS = """
apples;les pommes;las manzanas;Äpfel;りんご;التفاح
leeks;les poireaux;los puerros;Lauch;ネギ;الكراث
chestnuts;les châtaignes;las castañas;Maronen;栗;الكستناء
tomatoes;les tomates;los tomates;Tomaten;トマト;الطماطم
mushrooms;les champignons;las setas;Pilze;きのこ;الفطر
pumpkins;les courges;las calabazas;Kürbisse;かぼちゃ;القرع
pears;les poires;las peras;Birnen;梨;الكمثرى
potatoes;les pommes de terre;las patatas;Kartoffeln;じゃがいも;البطاطس
"""

EVENTS = """
Lantern Night;la Nuit des lanternes;la Noche de los Faroles;die Laternennacht;ランタンナイト;ليلة الفوانيس
the half marathon;le semi-marathon;la media maratón;der Halbmarathon;ハーフマラソン;نصف الماراثون
the book fair;la foire du livre;la feria del libro;die Buchmesse;ブックフェア;معرض الكتاب
the flea market;la brocante;el rastro;der Flohmarkt;のみの市;سوق الأغراض المستعملة
the soup festival;la fête de la soupe;la fiesta de la sopa;das Suppenfest;スープ祭り;مهرجان الحساء
the kite festival;la fête du cerf-volant;el festival de cometas;das Drachenfest;凧揚げ祭り;مهرجان الطائرات الورقية
the chess open;l’open d’échecs;el abierto de ajedrez;das Schachturnier;チェス大会;بطولة الشطرنج
the museum night;la nuit des musées;la noche de los museos;die Museumsnacht;ミュージアムナイト;ليلة المتاحف
"""

MEASURES = """
the car-free quay;le quai sans voitures;el muelle sin coches;der autofreie Kai;埠頭の車両通行止め案;رصيف بلا سيارات
the night tram;le tram de nuit;el tranvía nocturno;die Nachttram;深夜トラム;ترام الليل
the bottle deposit;la consigne des bouteilles;el depósito de botellas;das Flaschenpfand;デポジット制度;نظام إعادة القوارير
the school lunch budget;le budget des cantines;el presupuesto de comedores;das Schulessen-Budget;給食予算;ميزانية وجبات المدارس
the stadium loan;le prêt pour le stade;el préstamo del estadio;der Stadionkredit;スタジアム融資;قرض الملعب
the tree ordinance;l’arrêté sur les arbres;la ordenanza del arbolado;die Baumsatzung;樹木保護条例;لائحة الأشجار
the short-let cap;le plafond des locations courtes;el límite de pisos turísticos;die Obergrenze für Ferienwohnungen;民泊の上限規制;سقف الإيجار القصير
"""

INCIDENTS = """
the mill fire;l’incendie du moulin;el incendio del molino;der Brand in der Mühle;製粉所の火事;حريق المطحنة
the gas leak;la fuite de gaz;la fuga de gas;das Gasleck;ガス漏れ;تسرب الغاز
the tram derailment;le déraillement du tram;el descarrilamiento del tranvía;die Entgleisung der Tram;トラムの脱線事故;خروج الترام عن السكة
the warehouse fire;l’incendie de l’entrepôt;el incendio del almacén;der Lagerhallenbrand;倉庫火災;حريق المستودع
the ferry collision;la collision des ferries;el choque de los ferris;die Kollision der Fähren;フェリーの衝突;تصادم العبّارتين
the scaffolding collapse;la chute de l’échafaudage;la caída del andamio;der Gerüsteinsturz;足場の倒壊;انهيار السقالات
"""

STUDIES = """
the street tree study;l’étude sur les arbres de rue;el estudio sobre los árboles;die Straßenbaum-Studie;街路樹の研究;دراسة أشجار الشوارع
the swift count;le comptage des martinets;el censo de vencejos;die Mauersegler-Zählung;アマツバメの調査;تعداد طيور السمامة
the estuary sampling;les relevés de l’estuaire;el muestreo del estuario;die Proben aus der Mündung;河口の水質調査;عينات مصب النهر
the sleep study;l’étude sur le sommeil;el estudio del sueño;die Schlafstudie;睡眠の研究;دراسة النوم
the noise survey;l’enquête sur le bruit;el estudio del ruido;die Lärmstudie;騒音調査;دراسة الضوضاء
the moss trial;l’essai sur les mousses;el ensayo con musgo;der Moosversuch;苔の実験;تجربة الطحالب
"""

#: What each study found, in the order of STUDIES; {n} is the figure.
FINDINGS = """
shaded pavements were {n} cooler in August;les trottoirs à l’ombre étaient plus frais de {n} en août;las aceras con sombra estaban {n} más frescas en agosto;schattige Gehwege waren im August um {n} kühler;日陰の歩道は8月に{n}涼しかった;كانت الأرصفة المظللة أبرد بمقدار {n} في أغسطس
nesting pairs are up {n} on last year;les couples nicheurs augmentent de {n} en un an;las parejas aumentan un {n} en un año;die Brutpaare haben um {n} zugenommen;繁殖つがいが昨年より{n}増えた;زادت الأزواج المعششة {n} عن العام الماضي
microplastics fell by {n} after the new filters;les microplastiques ont baissé de {n} avec les nouveaux filtres;los microplásticos bajaron un {n} con los nuevos filtros;Mikroplastik ging mit den neuen Filtern um {n} zurück;新しいフィルターでマイクロプラスチックが{n}減った;انخفضت اللدائن الدقيقة {n} بعد المرشحات الجديدة
shift workers slept {n} longer with later starts;les équipes dormaient {n} de plus avec un début tardif;los turnos dormían {n} más al empezar tarde;bei späterem Beginn schliefen alle {n} länger;始業を遅らせると睡眠が{n}延びた;نام العمال {n} أكثر عند بدء الدوام متأخرًا
night noise dropped by {n} on the new asphalt;le bruit nocturne a baissé de {n} sur le nouvel asphalte;el ruido nocturno bajó {n} con el asfalto nuevo;der Nachtlärm sank auf dem neuen Asphalt um {n};新しい舗装で夜間騒音が{n}下がった;انخفض ضجيج الليل {n} مع الإسفلت الجديد
moss walls held {n} of the rain;les murs de mousse ont retenu {n} de la pluie;los muros de musgo retuvieron el {n} de la lluvia;Mooswände hielten {n} des Regens zurück;苔の壁は雨の{n}を保持した;احتفظت جدران الطحالب بنسبة {n} من المطر
"""

SKIES = """
drizzle;du crachin;llovizna;Nieselregen;霧雨;رذاذ
bright sun;un beau soleil;sol;Sonnenschein;快晴;شمس مشرقة
thick fog;un brouillard épais;niebla cerrada;dichter Nebel;濃い霧;ضباب كثيف
heavy rain;de fortes pluies;lluvia fuerte;starker Regen;大雨;مطر غزير
a stiff wind;un vent fort;mucho viento;kräftiger Wind;強い風;رياح قوية
low cloud;un ciel bas;nubes bajas;tiefe Wolken;曇り空;غيوم منخفضة
frost;du gel;helada;Frost;霜;صقيع
"""

FEATURES = (
    "incremental builds", "offline sync", "a proper undo history", "dark mode", "plugin signing", "streaming exports",
    "keyboard-only navigation", "reproducible archives", "a rewritten parser", "right-to-left layout",
    "parallel tests", "encrypted backups",
)  # fmt: skip
PATCH_CHANGES = (
    "halves the fall damage", "removes the stamina bar", "adds cross-play", "nerfs the harpoon", "adds a photo mode",
    "fixes the save corruption", "makes the boss skippable", "doubles the inventory", "brings back the old map",
    "slows the day cycle",
)  # fmt: skip

MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "ar": [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
}
WEEKDAYS = {
    "en": ["Mondays", "Tuesdays", "Wednesdays", "Thursdays"],
    "fr": ["lundi", "mardi", "mercredi", "jeudi"],
    "es": ["lunes", "martes", "miércoles", "jueves"],
    "de": ["montags", "dienstags", "mittwochs", "donnerstags"],
    "ja": ["月曜日", "火曜日", "水曜日", "木曜日"],
    "ar": ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس"],
}


def rows(text: str) -> list[dict[str, str]]:
    """One mapping language -> text a row; an empty cell is the English one."""
    table = []
    for line in text.strip().splitlines():
        cells = line.split(";")
        table.append({language: cell or cells[0] for language, cell in zip(ORDER, cells, strict=True)})
    return table


def scripts(latin: str, japanese: str, arabic: str) -> dict[str, str]:
    """A name that the Latin-script languages share."""
    return {"en": latin, "fr": latin, "es": latin, "de": latin, "ja": japanese, "ar": arabic}


def stems(text: str) -> list[dict[str, str]]:
    """Rows of `Latin Japanese Arabic` separated by semicolons or line ends."""
    entries = [entry.split() for line in text.strip().splitlines() for entry in line.split(";")]
    return [scripts(*entry) for entry in entries]
