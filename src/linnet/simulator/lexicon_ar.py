"""Arabic, as data for `linnet.simulator.lexicon`."""

from __future__ import annotations

RULES = """
man: أختي | أخي | والدي | أمي | جارتي | زميلي | ابن عمي | جدتي | صديقتي | مديري
mata: هذا الصباح | ليلة أمس | أمس | قبل قليل | عند الظهر | في نهاية الأسبوع | في طريق العودة
qarib: غدًا | الليلة | في نهاية الأسبوع | الأسبوع القادم | يوم الجمعة
yawm: السبت | الأحد | الاثنين | الثلاثاء | الأربعاء | الخميس | الجمعة
adad: مرتين | ثلاث مرات | أربع مرات | خمس مرات
min: 10 | 15 | 20 | 25 | 35 | 40 | 50
tabaq: شوربة العدس | المقلوبة | المجدرة | البامية | الكبسة | المسقعة | الفتة | كعكة التمر
bahar: الكمون | السماق | القرفة | عصير الليمون | الثوم | الهيل | الكزبرة
nabat: الطماطم | الخيار | النعناع | الباذنجان | الفراولة | الفلفل | البقدونس
hayawan: قطتي | سلحفاتي | أرنبتي | ببغائي
ism: لولو | سمسم | فلفل | بندق | مشمش | زيتونة
mashrub: القهوة | الشاي | الزنجبيل | النعناع الساخن
ask_more: أسأل نيابة عن صديق. | شكرًا مقدمًا! | بحثت ولم أجد. | أحتاج الجواب {qarib}. | سؤال جاد. | لا أحد يعرف في البيت.
opener: اعتراف: | يوميات {yawm}: | مباشرة من {place}: | ملاحظة لنفسي: | بالمناسبة: | خبر اليوم:
more: هذا رأيي فقط. | العائلة كلها توافقني. | يومك سعيد. | قد أكون مخطئًا. | رأيت ذلك {mata}. | عذرًا على الإطالة. | أعود الآن إلى {tabaq}. | نتحدث {qarib}. | احتجت {min} دقيقة لأفهم. | تحياتي من {place}. | ولن أقول المزيد. | أتابع منشوراتك دائمًا.
tail: هذا كل شيء. | أعود إلى العمل. | وأنتم؟ | أحتاج إلى {mashrub}. | سأخبركم {qarib}. | يومكم سعيد. | هل أنا وحدي؟ | انتهى البيان.
dahk: ههههه | هههه | أضحكتني | 😂 | يا إلهي ههه
spam_link: https://ard{min}.example/ar | https://tard-{min}.example/p
"""

SCENES = """
= closure | transit
fact: closure
subject: الخط {line}
hashtags: النقل, المواصلات
state: انتبهوا، الحافلة {line} لا تعمل بين {a} و{b} حتى {until}[، والسبب {reason}|. السبب: {reason}]. [استخدموا الخط {detour}|اخرجوا قبل موعدكم بـ {min} دقيقة].
state: الخط {line} يتوقف عند {a} حتى {until}. [انتظرت {min} دقيقة بلا فائدة|لا حل إلا المشي|شكرًا على الإعلان المتأخر].
open: {min} دقيقة عند {a} ولم تأت الحافلة {line}. [سأشتري دراجة|كلنا ننظر إلى بعضنا بصمت|كالعادة].
open: مرة أخرى: {reason}. حفظت الطريق مشيًا من {a} إلى {b}.
ask: هل يعرف أحد متى يعود الخط {line}؟ عندي موعد قرب {b} {qarib}.
ask: هل تمر الحافلة {line} عند {a} هذه الأيام؟
answer: متوقف حتى {until}، الإعلان معلق عند {a}. خذ الخط {detour}.
answer: مقطوع بين {a} و{b} حتى {until}. [كان الله في العون|الخط {detour} قريب].
follow: وهل يقف الخط {detour} عند {b}؟ => نعم، خلف الزاوية | لا، تمشي {min} دقيقة | حتى الثامنة مساءً فقط
agree: وأنا أيضًا أمشي من {a} كل صباح.
disagree: بصراحة الخط {detour} أسرع بالنسبة لي.

= match | football
fact: match
subject: مباراة {home} و{away}
hashtags: كرة_القدم
state: انتهت المباراة! {home} {score} {away}، والهدف الحاسم لـ {scorer} في الدقيقة {minute}. [يا لها من ليلة|لم يبق لي صوت|حظ، لكن نقبله].
state: {home} {score} {away} أمام {crowd} متفرج. {scorer} لاعب كبير.
open: {scorer} يجب أن يلعب كل مباراة، لا نقاش.
open: دفاع {loser}… [حتى جدتي تمر منه|الضحك أفضل|نتحدث {qarib} في العمل].
ask: كم انتهت مباراة {home} و{away}؟ كنت في العمل.
answer: {home} {score} {away}، وسجل {scorer} هدف الفوز.
answer: النتيجة {score}، فاتتك مباراة جميلة.
follow: هل كان الهدف تسللًا؟ => تسلل واضح | أبدًا | كنت خلف العمود ولم أر شيئًا
agree: {winner} يستحق الفوز بلا شك.
disagree: {loser} أصاب القائم مرتين، النتيجة قاسية.

= opening | local
fact: opening
subject: {spot}
hashtags: أماكن
state: للعلم: {spot} يفتح الساعة {opens} ويغلق الساعة {closes}، والعطلة يوم {closed}.
state: عرفت اليوم أن موعد فتح {spot} هو الساعة {opens}. [مناسب قبل العمل|وأنا أنتظر عند الباب].
open: قضيت العصر كله في {spot}. [سأعود {qarib}|الموظفون لطفاء|كان الجو باردًا لكنه يستحق].
ask: متى يفتح {spot} هذه الأيام؟
ask: من يعرف مواعيد {spot}؟
answer: {spot}: من الساعة {opens}، مغلق يوم {closed}.
answer: من {opens} إلى {closes} ما عدا يوم {closed}.
agree: والموظفون هناك في غاية اللطف.
disagree: هذه المواعيد لا تناسب من يعمل.

= price | cooking
fact: price
bind: tabaq
subject: سعر {good}
hashtags: السوق
state: سعر {good} في {at} {price} للكيلو، رأيته {mata}. [اشتريت أكثر من اللازم|سعر ممتاز|غالٍ قليلًا].
state: {price} لكيلو {good} في {at}. إذن العشاء {tabaq}.
open: عدت من السوق بكيس كبير وبلا خطة. ربما {tabaq}؟
ask: بكم {good} في {at} هذا الأسبوع؟
answer: كان {good} في {at} بسعر {price} للكيلو {mata}.
answer: {price} للكيلو عند البائع قرب النافورة.
follow: وهل هو طيب؟ => هذا العام ممتاز | مقبول ويكفي لـ{tabaq} | الأفضل في السوق

= event | local
fact: event
subject: {event}
hashtags: فعاليات
state: {event} يوم {date} من الساعة {starts} في {where}. [من سيأتي؟|سنحضر العائلة كلها.|البسوا جيدًا.]
state: سجلوا الموعد: {date}، {event}. [الدخول مجاني|ما زلنا نبحث عن متطوعين].
open: العام الماضي أضعت حذائي في {event}. وسأعود هذا العام.
ask: متى موعد {event}؟
answer: يوم {date} الساعة {starts} في {where}: {event}.
answer: يوم {date} إن لم تمطر.
follow: هل نحتاج إلى تذكرة؟ => لا، الدخول حر | في المساء فقط | خذ معك بعض النقود
agree: أجمل يوم في السنة هو {event}.

= weather | weather
fact: weather
subject: هذا الطقس
hashtags: الطقس
state: {date}: {sky} والعظمى {high}. [جهزوا المعاطف|يوم شوربة].
state: {sky} عندنا، كانت {low} صباحًا والآن {high}.
open: {sky}. نظرت {hayawan} من النافذة وعادت إلى النوم. [يا ليتني مثلها|قرار حكيم].
open: خرجت بلا معطف {mata} والجو {sky}. لا أتعلم أبدًا.
ask: كيف الطقس عندكم؟ هنا {sky}.
answer: العظمى {high} و{sky} طوال اليوم.
agree: {low} هذا الصباح، لبست جوربين.
disagree: أنا أحب هذا الطقس، دعوني وشأني.

= incident | local
fact: incident
subject: {incident}
hashtags: عاجل
state: عاجل: {incident} قرب {where}. نقل {hurt} إلى المستشفى ولا حالات خطرة. ابتعدوا عن المكان.
state: يقولون إن {incident} أدى إلى نقل {hurt} إلى المستشفى. الشفاء للجميع.
open: صوت الإسعاف في كل مكان قرب {where}. ماذا يحدث؟
open: شكرًا لرجال الإطفاء، هم في {where} منذ ساعات.
ask: هل هناك مصابون بسبب {incident}؟
answer: حسب الإطفاء نقل {hurt} بعد {incident}، ولا خطر على أحد.
agree: الأمر مخيف، المدرسة قريبة جدًا.
disagree: من فضلكم لا تنشروا الشائعات.

= gig | music
fact: gig
subject: حفلة {band}
hashtags: حفلات
state: تذاكر {band} بسعر {ticket} في {stage} يوم {date}. [اشتريت تذكرتي|من يرافقني؟|جيبي يبكي].
open: أسمع {band} منذ يوم {yawm} بلا توقف. أغنية {song} رائعة.
ask: كم سعر تذكرة {band}؟
answer: {ticket}، والأبواب تفتح {doors}. حفلة {band} في {stage} تستحق.
follow: هل هناك مقاعد؟ => وقوفًا، البس حذاء مريحًا | نصف المكان مقاعد | مقاعد قليلة في الخلف
agree: {band} على المسرح شيء آخر.
disagree: ألبومهم الأول كان أجمل، آسف.

= vote | politics
fact: vote
subject: التصويت على {measure}
hashtags: المجلس
state: مجلس المدينة: {outcome} {measure} بنتيجة {tally}. [أربع ساعات من النقاش|نتيجة متقاربة|بدا الارتياح على {mayor}].
open: تابعت النقاش كله حول {measure}. [أستحق وسامًا|اثنان من الأعضاء كانا نائمين].
ask: ما نتيجة التصويت على {measure}؟
answer: {outcome} بنتيجة {tally}.
agree: بنتيجة {tally} لن ينتهي النقاش هنا.
disagree: سنرى بعد عام إن كان {measure} سيغير شيئًا.

= cook_ar | cooking
bind: tabaq, bahar
subject: طبق {tabaq}
hashtags: طبخ
open: طبخت {tabaq} {mata} وأضفت {bahar}. طلبت [أختي|أمي|جارتي|جدتي|صديقتي] المزيد {adad}. [صرت مغرورة|الوصفة في الردود].
open: احترق طبق {tabaq}، وغنى جهاز الإنذار. تعشينا خبزًا وجبنًا.
open: {tabaq} في اليوم التالي ألذ، هذه حقيقة علمية.
ask: ماذا ينقص طبق {tabaq} عندي؟ طعمه عادي. => {bahar} في آخر الطبخ | ملح أكثر بلا خوف | اتركه يرتاح ليلة
follow: ممكن الوصفة؟ => بصل وصبر و{bahar} | وصفة العائلة، لكن السر {bahar} | على نار هادئة {min} دقيقة وينتهي
agree: {bahar} يغير كل شيء.
disagree: {bahar} مع {tabaq}؟ مستحيل.

= garden_ar | gardening
bind: nabat
subject: زراعة {nabat}
hashtags: حديقتي
open: أكلت الحلزونات كل {nabat} في حديقتي. [أبكي|تركت ورقة واحدة من باب الأدب].
open: آخر حصاد من {nabat} {mata}. الجيران يختبئون حين يرونني.
ask: هل فات وقت زراعة {nabat}؟ => تحت الغطاء ما زال ممكنًا | فات، انتظر الربيع | في أصيص نعم
agree: محصول {nabat} هذا العام رائع.
disagree: عندي أوراق فقط ولا ثمر.
follow: أي صنف هذا؟ => صنف قديم من تبادل البذور | لا أدري، ضاعت البطاقة

= pet_ar | daily
bind: hayawan, ism
subject: {ism}
hashtags: {ism}
open: {hayawan} {ism} [سرقت قطعة خبز|نامت على لوحة المفاتيح|أعلنت الحرب على المكنسة|أحبت ساعي البريد]. [بلا ندم|مرة أخرى|وأحبها رغم ذلك].
open: الطبيب يقول إن {ism} بخير لكنها تأكل كثيرًا. ظلت غاضبة طوال الطريق.
follow: كم عمر {ism}؟ => سنتان تقريبًا | من الملجأ، لا نعرف | قلبها قلب طفلة
agree: {ism} سبب وجودي هنا.
disagree: مكان الحيوان ليس على الطاولة.

= work_ar | daily
subject: الاجتماع
hashtags: العمل
open: {min} دقيقة من الاجتماع ولا أحد يعرف السبب.
open: أول يوم إجازة منذ شهور. الخطة: لا شيء. ما أجمل هذا.
open: قدمت استقالتي {mata}. قدماي ترتجفان وقلبي خفيف.
follow: وماذا الآن؟ => النوم أولًا | ربما الدراسة | سأتنفس ثم أفكر
agree: كل اجتماع كان يمكن أن يكون رسالة.
disagree: أنا أحب الاجتماعات، فيها بسكويت.

= quay_ar | politics
subject: موضوع {measure_1}
hashtags: مدينتنا
for: {measure_1} فكرة سليمة. [لنجرب سنة واحدة|نجحت في مدن أخرى|وقعت على العريضة].
for: بعد عشر سنوات سنسأل لماذا ترددنا في {measure_1}.
against: {measure_1} جميل على الورق. ومن يوصل البضائع في السادسة صباحًا؟
against: لم يسأل أحد السكان عن {measure_1}.
for_agree: أخيرًا قالها أحد. أنا مع المشروع.
for_disagree: {parent} سنة تجريبية يمكن إلغاؤها، أما عدم الفعل فلا.
against_agree: شكرًا، ظننت أنني وحدي.
against_disagree: {parent} كلام سهل لمن لا يحتاج إلى سيارة نقل.
"""

GENERIC = """
unsure: لا أعرف، لكن الأمر يهمني أيضًا. ربما يعرف أحد الجيران.
unsure: لست متأكدًا، أظن أنني قرأت شيئًا {mata}.
react: قرأتها بصوت عالٍ في البيت فقالوا: مرة أخرى؟
react: لم أتوقع قراءة هذا يوم {yawm}.
joke: سيكتب أحدهم أغنية عن هذا قريبًا.
joke: برجي حذرني من هذا اليوم.
ask_too: السؤال نفسه عندي، أبحث منذ يوم {yawm}.
agree: [بالضبط|صحيح|وأنا كذلك|كلامك سليم]، هذا ما قالته العائلة {mata}.
agree: أتفق معك تمامًا، {subject} كما وصفت.
agree: الحمد لله لست وحدي. {subject} فعلًا.
disagree: [لا أظن|لست مقتنعًا|لا أدري]، سمعت عكس ذلك {mata}.
disagree: أختلف معك، {subject} يستحق كلامًا أفضل.
react: [يا إلهي|غريب|لا أصدق]، {subject}! [أخبرنا بالجديد|لم أتوقع ذلك].
react: شكرًا على المشاركة، سأرسلها إلى {man} حالًا.
react: {subject}… يا له من أسبوع، واليوم {yawm} فقط.
ask_too: أتابع الردود، سألتني العائلة السؤال نفسه {mata}.
unsure: لا أعرف شيئًا عن {subject}، آسف. اسأل في البلدية.
thanks: [شكرًا جزيلًا!|شكرًا لك!|ألف شكر،|جزاك الله خيرًا،] [ساعدتني كثيرًا|سجلتها عندي|سأخبر {man}|أنقذت يومي].
welcome: [العفو!|على الرحب والسعة.|لا شكر على واجب.] [بالتوفيق|أخبرنا بما يحدث|يومك سعيد].
confirm: أؤكد ذلك، [تحققت {mata}|سمعت الشيء نفسه|هذا صحيح].
laugh: {dahk}، سأرسلها إلى {man}
laugh: {dahk}، [توقف أرجوك|أفضل منشور هذا الأسبوع|سأسرق النكتة]
joke: {hayawan} لها رأي أوضح مني في {subject}.
joke: {subject}؟ في هذا الجو؟
rebut: {parent} ربما، لكن هذا ليس ما رأيته {mata}.
concede: {parent} [معك حق|نقطة لك|صحيح]، ربما بالغت قليلًا.
acknowledge: [أليس كذلك؟|نعم!|ارتحت الآن،] ظننت أنني وحدي.
continue: تحديث: [انتهت المشكلة|لا جديد|ازداد الأمر سوءًا|الأمور أفضل الآن]. [شكرًا على الردود|]
quote: [اقرؤوا هذا.|صحيح.|أتركه هنا.] {subject} حديث الجميع.
quote: لمن فاته: {subject}.
insult: {parent} يا لك من مهرج. [تعلم القراءة|لم يسألك أحد].
spam: 🔥 خصم 70% على الساعات اليوم فقط 👈 {spam_link}
scam: طردكم محجوز، ادفعوا 1.99 يورو قبل المساء: {spam_link}
correct: {parent} هذا غير صحيح. {truth} {link}
"""

EMOJI = {
    "happy": "😊 ✨ 🎉", "laugh": "😂 🤣", "sad": "😢 🙃", "think": "🤔", "thanks": "🙏 🌹", "transit": "🚌",
    "football": "⚽", "cooking": "🍲 🧄", "gardening": "🌱 🐌", "weather": "🌧️ ☀️", "music": "🎶", "daily": "☕ 🐈",
    "politics": "🗳️", "local": "📍",
}  # fmt: skip
FIRST_NAMES = "Layla Omar Salma Karim Noor Tariq Hana Ziad Mariam Sami Dina Rami Yara Khaled"
LAST_NAMES = "Mansour Khalil Saleh Najjar Qasim Fares Awad Darwish Shami Hamdan Rashid Zaki"
NAMES = """
Layla=ليلى Omar=عمر Salma=سلمى Karim=كريم Noor=نور Tariq=طارق Hana=هناء Ziad=زياد Mariam=مريم Sami=سامي Dina=دينا Rami=رامي
Yara=يارا Khaled=خالد Mansour=منصور Khalil=خليل Saleh=صالح Najjar=نجار Qasim=قاسم Fares=فارس Awad=عوض Darwish=درويش
Shami=شامي Hamdan=حمدان Rashid=راشد Zaki=زكي
"""
BIOS = "أحب {tabaq} و{mashrub} | من {city} | حديقة {nabat} صغيرة | {mashrub} أولًا | {hayawan} تدير البيت"
