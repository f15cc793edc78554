"""Japanese, as data for `linnet.simulator.lexicon`."""

from __future__ import annotations

RULES = """
dare: 妹 | 兄 | 父 | 母 | 隣の人 | 同僚 | いとこ | 祖母 | 友だち | 上司
itsu: 今朝 | 昨夜 | 昨日 | さっき | お昼に | 週末に | 帰り道で
kondo: 明日 | 今夜 | 今度の週末 | 来週 | 金曜日
youbi: 月曜日 | 火曜日 | 水曜日 | 木曜日 | 金曜日 | 土曜日 | 日曜日
kazu: 2 | 3 | 4 | 5 | 6 | 10
min: 10 | 15 | 20 | 25 | 35 | 40 | 50
ryouri: 肉じゃが | 味噌汁 | 親子丼 | きのこご飯 | カレー | おでん | だし巻き卵 | かぼちゃの煮物
kakushi: 生姜 | 柚子 | 味噌 | 黒酢 | すりごま | バター | 山椒
yasai: トマト | きゅうり | ナス | いちご | 大根 | 枝豆 | ピーマン
doubutsu: 猫 | 犬 | うさぎ | インコ
namae: もち | きなこ | ちくわ | こむぎ | ぽんず | だいふく
nomimono: コーヒー | お茶 | ココア | 抹茶ラテ
kimochi: ちょっとうれしい | 眠い | なんだか誇らしい | ほっとした | しんどい
ask_more: {dare}のために聞いています。 | よろしくお願いします。 | 調べても見つからなくて。 | {kondo}までに知りたいです。 | 素朴な疑問です。 | {dare}も知らないそうです。
opener: お知らせ： | 今日の日記： | {place}から中継： | 自分用メモ： | ちなみに： | {youbi}の記録：
more: 個人の感想です。 | {dare}もきっとそう言うと思う。 | よい{youbi}を。 | 間違っていたらすみません。 | {itsu}見ました。 | 長文失礼しました。 | さて、{ryouri}を作ります。 | 理解するのに{min}分かかりました。 | では{kondo}また。 | いつも投稿見てます。 | {nomimono}飲みながら書いてます。 | {place}より。
tail: 以上です。 | さて、仕事に戻ります。 | みなさんはどうですか。 | {nomimono}が飲みたい。 | 続きは{kondo}。 | {kimochi}。 | 私だけ？ | 独り言でした。
warai: 笑 | www | 爆笑しました | 吹いた
spam_link: https://sale{min}.example/ja | https://todoke-{min}.example/p
"""

SCENES = """
= closure | transit
fact: closure
subject: {line}番のバス
hashtags: バス, 交通情報
state: 【注意】{line}番のバスは{until}まで{a}と{b}の間が運休です。[原因は{reason}。|{reason}だそうです。][{detour}番に乗ってください|{min}分ほど余裕を見てください]。
state: {line}番は{until}まで{a}で折り返し。[{dare}が{min}分も待ってた|歩くしかない|もっと早く知らせてほしい]。
open: {a}のバス停で{min}分待っても{line}番が来ない。[自転車を買おうかな|みんな無言|いつものこと]。
open: また{reason}か…。{a}から{b}まで歩く道を覚えてしまった。
ask: {line}番のバスはいつ元に戻りますか？{kondo}{b}に行きたいのですが。
ask: {line}番って今{a}に止まりますか？
answer: {until}までは運休だと{a}のバス停に書いてありました。{detour}番が便利です。
answer: {a}と{b}の間は{until}まで止まっています。[お気をつけて|{detour}番でなんとかなります]。
follow: {detour}番は{b}にも止まりますか？ => 止まりますよ、角を曲がったところです | 止まらないので{min}分歩きます | 夜8時までなら
agree: 私も毎朝{a}から歩いています。
disagree: 正直{detour}番のほうが早いので困ってません。

= match | football
fact: match
subject: {home}対{away}
hashtags: サッカー
state: 試合終了！{home} {score} {away}。{minute}分に{scorer}が決めた！[最高の夜|声が出ない|運も実力のうち]。
state: {home} {score} {away}、観客は{crowd}人。{scorer}すごすぎる。
open: {scorer}は毎試合出すべき。異論は認めない。
open: {loser}の守備…[うちの祖母でも抜ける|もう笑うしかない|{kondo}反省会しよう]。
ask: {home}対{away}、結果どうなりました？仕事で見られなくて。
answer: {home} {score} {away}でした。{scorer}の決勝点です。
answer: {score}です！いい試合でしたよ。
follow: あれオフサイドでしたか？ => 完全にオフサイド | 全然違う | 柱の陰で見えませんでした
agree: {winner}の勝ちは妥当だと思う。
disagree: {loser}はポストに2回当てたし、差はなかったよ。

= opening | local
fact: opening
subject: {spot}
hashtags: おでかけ
state: メモ：{spot}は{opens}に開いて{closes}に閉まります。{closed}は休み。
state: {spot}って{opens}から開いてるんですね。[仕事の前に行ける|ずっと扉の前で待ってた]。
open: {spot}で午後をのんびり過ごした。[また{kondo}行きたい|スタッフさんが親切|少し寒かったけど満足]。
ask: {spot}は何時に開きますか？
ask: {spot}の営業時間を知っている方いますか？
answer: {spot}は{opens}からです。{closed}は休みですよ。
answer: {opens}から{closes}まで、{closed}以外は開いています。
agree: あそこの受付の人、本当にやさしい。
disagree: 働いている人には使いにくい時間だなあ。

= price | cooking
fact: price
bind: ryouri
subject: {at}の{good}
hashtags: 市場
state: {at}で{good}が1キロ{price}だった。[買いすぎた|安い|ちょっと高いかな]。
state: {good}、{at}で1キロ{price}。今夜は{ryouri}にします。
open: 市場で大きな袋いっぱい買ってしまった。{ryouri}でも作ろうかな。
ask: {at}の{good}、今いくらですか？
answer: {itsu}見たときは{at}の{good}は1キロ{price}でした。
answer: 噴水の横の店で1キロ{price}です。
follow: おいしいですか？ => 今年はとても甘いです | まあまあ、{ryouri}には十分 | 最高です

= event | local
fact: event
subject: {event}
hashtags: イベント
state: {event}は{date}の{starts}から、場所は{where}です。[一緒に行く人？|{dare}も連れて行きます|暖かくして来てね]。
state: 予定に入れてください：{date}、{event}。[入場無料|ボランティア募集中]。
open: 去年の{event}で靴をなくした。それでも今年も行く。
ask: {event}っていつでしたっけ？
answer: {date}の{starts}、{where}で{event}です。
answer: {date}です。雨なら延期かも。
follow: チケットは必要ですか？ => いりません | 夜だけ必要です | 小銭があれば大丈夫
agree: {event}は一年でいちばん楽しい日。

= weather | weather
fact: weather
subject: この天気
hashtags: 天気
state: {date}は{sky}、最高気温は{high}。[上着が必要|鍋の季節]。
state: こちらは{sky}。起きたら{low}、今は{high}。
open: {sky}。うちの{doubutsu}は外を見てまた寝た。[うらやましい|賢い]。
open: {itsu}上着なしで出かけたら{sky}。学ばない私。
ask: そちらの天気はどうですか？こちらは{sky}です。
answer: 一日中{sky}で、最高でも{high}です。
agree: 今朝は{low}でした。靴下を2枚はきました。
disagree: 私はこういう天気が好きです。

= incident | local
fact: incident
subject: {incident}
hashtags: 速報
state: 【速報】{where}付近で{incident}。{hurt}がけが、命に別状なし。近づかないでください。
state: {incident}で{hurt}がけがをしたそうです。早く良くなりますように。
open: {where}のほうからサイレンがずっと聞こえる。何があったんだろう。
open: {where}で何時間も作業している消防のみなさん、ありがとうございます。
ask: {incident}でけが人は出ていますか？
answer: 消防によると{incident}で{hurt}がけが、重い人はいないそうです。
agree: 学校のすぐそばで本当に怖い。
disagree: うわさを広めるのはやめましょう。

= gig | music
fact: gig
subject: {band}のライブ
hashtags: ライブ
state: {band}のチケットは{ticket}、{stage}で{date}。[買ってしまった|一緒に行く人募集|財布が泣いている]。
open: {youbi}からずっと{band}を聴いてる。{song}が好きすぎる。
ask: {band}のライブ、いくらですか？
answer: {stage}の{band}なら{ticket}です。開場は{doors}。
follow: 席はありますか？ => 立ち見です | 半分くらい席があります | 後ろにベンチが少し
agree: {band}は生で見ると別物。
disagree: 最初のアルバムのほうが好きでした。

= vote | politics
fact: vote
subject: {measure}の採決
hashtags: 市議会
state: 市議会、{measure}は{tally}で{outcome}。[4時間の議論だった|かなりの接戦|{mayor}市長もほっとした様子]。
open: {measure}の議論を最後まで見た。[誰か褒めて|寝ている議員が2人いた]。
ask: {measure}の採決はどうなりましたか？
answer: {tally}で{outcome}でした。
agree: {tally}ということは、まだ議論は続くね。
disagree: 一年後に何か変わっているといいけど。

= cooking_ja | cooking
bind: ryouri, kakushi
subject: {ryouri}
hashtags: おうちごはん
open: {itsu}{kakushi}を入れて{ryouri}を作ったら{dare}が{kazu}回おかわりした。[調子に乗ってます|レシピは返信に]。
open: {ryouri}を焦がした。警報機が鳴った。夕飯はパンです。
open: {ryouri}は次の日のほうがおいしい。
ask: {ryouri}の味が何か足りないんですが、何を入れますか？ => 最後に{kakushi}を少し | 塩を思い切って | 一晩寝かせるといいですよ
follow: レシピを教えてください => 玉ねぎと{kakushi}と根気です | {dare}の秘伝なので少しだけ：{kakushi} | 弱火で{min}分、それだけ
agree: {kakushi}を入れると全然違いますよね。
disagree: {ryouri}に{kakushi}はありえない…。

= garden_ja | gardening
bind: yasai
subject: {yasai}
hashtags: 家庭菜園
open: ナメクジに{yasai}を全部食べられた。[泣いてる|葉っぱを1枚だけ残してくれた]。
open: {itsu}最後の{yasai}を収穫、{kazu}キロ。近所の人が私を見ると隠れる。
ask: 今から{yasai}を植えるのは遅いですか？ => 不織布をかければまだ間に合います | 春まで待ちましょう | 鉢なら大丈夫
agree: 今年の{yasai}は本当に立派だった。
disagree: うちは葉っぱばかりでした。
follow: 品種は何ですか？ => 種の交換会でもらった古い品種です | 札が消えてわからない

= pet_ja | daily
bind: doubutsu, namae
subject: {namae}
hashtags: {namae}
open: うちの{doubutsu}の{namae}が[パンを盗んだ|キーボードの上で寝た|掃除機にけんかを売った|配達の人になついた]。[反省なし|またか|かわいいから許す]。
open: 獣医さんいわく{namae}は健康、ただ少し丸い。{doubutsu}は帰り道ずっと不機嫌だった。
follow: {namae}は何歳ですか？ => {kazu}歳です | 保護した子なので不明です | 心は赤ちゃんです
agree: {namae}を見るためにここに来ています。
disagree: 食卓に{doubutsu}はちょっと…。

= work_ja | daily
subject: 会議
hashtags: 仕事
open: 会議が始まって{min}分、誰も目的を知らない。
open: 数か月ぶりの休み。予定なし。{kimochi}。
open: {itsu}会社に辞めると伝えた。足は震えたけど心は軽い。
follow: これからどうするんですか？ => まず寝ます | 勉強しようかなと | 深呼吸してから考えます
agree: 会議の半分はメールで済むと思う。
disagree: 会議はお菓子が出るので好きです。

= read_ja | daily
bind: book
subject: 『{book}』
hashtags: 読書
open: 『{book}』のせいで{kazu}回も乗り過ごした。[おすすめです|後悔はない]。
ask: 『{book}』を読んだ人いますか？面白い？ => {min}ページまで我慢すれば面白い | 文章はきれいだけど長い | {dare}が絶賛してました
agree: 『{book}』はちょうどいい時期に出会えた本です。
disagree: 『{book}』は途中でやめてしまいました。

= quay_ja | politics
subject: {measure_1}
hashtags: まちづくり
for: {measure_1}、いいと思う。[まず一年試そう|ほかの町ではうまくいってる|署名しました]。
for: 十年後には、なぜ{measure_1}で迷ったのかと言われるはず。
against: {measure_1}は紙の上では立派。でも朝6時の配達はどうするの？
against: {measure_1}について住民には誰も聞きに来なかった。
for_agree: やっと言ってくれた。私も賛成です。
for_disagree: {parent} 一年の試行ならやめられます。何もしないよりいい。
against_agree: よかった、自分だけかと思ってました。
against_disagree: {parent} 配達の車がいらない人はそう言えますよね。
"""

GENERIC = """
unsure: わからないけど、私も気になります。{dare}なら知ってるかも。
unsure: 自信はないですが、{itsu}どこかで読んだ気がします。
react: {dare}に読んで聞かせたら「またか」と言ってました。
react: {youbi}にこんな話を読むとは。
joke: {dare}がもう歌にしてそう。
joke: 占いに書いてあったとおりだ。
ask_too: 同じ疑問です。{youbi}から探してます。
agree: [本当にそう|わかります|同感です|うちもです]。{dare}も{itsu}同じことを言ってました。
agree: {subject}、まさにそれです。
agree: 私だけじゃなかったんだ。{subject}、気になりますよね。
disagree: [うーん|そうかなあ|どうだろう]、{dare}は逆のことを言ってましたよ。
disagree: 私は違うと思います。{subject}はそんなに悪くない。
react: [えっ|なんと|わあ]、{subject}！[続報待ってます|びっくりしました]。
react: 教えてくれてありがとう。すぐ{dare}に送ります。
react: {subject}か…。まだ{youbi}なのに。
ask_too: 私も知りたいです。{dare}に{itsu}聞かれて答えられなかった。
unsure: {subject}のことはわかりません、すみません。市役所に聞いてみては？
thanks: [ありがとうございます！|助かりました！|わあ、感謝です。|ご親切にどうも。][とても助かります|メモしました|{dare}にも伝えます|すっきりしました]。
welcome: [いえいえ！|どういたしまして。|お役に立ててよかった。][がんばって|また教えてくださいね|よい一日を]。
confirm: 合ってます。[{itsu}確認しました|{dare}もそう言ってました|間違いないです]。
laugh: {warai} {dare}に見せたい
laugh: {warai} [やめて|今週いちばん|そのネタもらいます]
joke: {subject}については、うちの{doubutsu}のほうが意見がはっきりしてる。
joke: {subject}？この天気で？
rebut: {parent} そうかもしれませんが、{itsu}見たのは違いました。
concede: {parent} [なるほど|たしかに|一本取られました]。少し言いすぎたかも。
acknowledge: [ですよね！|そうそう！|ほっとしました。]自分だけかと思ってました。
continue: 追記：[解決しました|変化なし|悪化しました|{dare}が直してくれました]。[返信ありがとう|]
quote: [読んでほしい。|これ。|置いておきます。]{subject}、最近よく聞く。
quote: 見逃した人へ：{subject}。
insult: {parent} 本当にどうしようもない人だな。[字も読めないのか|誰も聞いてない]。
spam: 🔥時計が今日だけ70%オフ👉 {spam_link}
scam: お荷物をお預かりしています。今夜までに手数料1.99ユーロをお支払いください：{spam_link}
correct: {parent} それは間違いです。{truth} {link}
"""

EMOJI = {
    "happy": "😊 ✨ 🎉 🙌", "laugh": "😂 🤣", "sad": "😢 🙃", "think": "🤔", "thanks": "🙏 🙇", "transit": "🚌",
    "football": "⚽", "cooking": "🍲 🍙", "gardening": "🌱 🐌", "weather": "☔ ☀️", "music": "🎶", "daily": "☕ 🐈",
    "politics": "🗳️", "local": "📍",
}  # fmt: skip
FIRST_NAMES = "Haruka Yuto Sakura Ren Aoi Sota Hina Kaito Mei Riku Yui Daichi Rin Takumi Nana Shun"
LAST_NAMES = "Sato Suzuki Mori Abe Kato Hayashi Ueda Ono Sakai Endo Kubo Nishi Hara Maruyama"
NAMES = """
Haruka=遥 Yuto=悠斗 Sakura=さくら Ren=蓮 Aoi=葵 Sota=颯太 Hina=陽菜 Kaito=海斗 Mei=芽衣 Riku=陸 Yui=結衣 Daichi=大地 Rin=凛
Takumi=拓海 Nana=奈々 Shun=駿 Sato=佐藤 Suzuki=鈴木 Mori=森 Abe=阿部 Kato=加藤 Hayashi=林 Ueda=上田 Ono=小野 Sakai=酒井
Endo=遠藤 Kubo=久保 Nishi=西 Hara=原 Maruyama=丸山
"""
BIOS = "{ryouri}と{doubutsu}が好き | {city}在住 | {yasai}を育てています | まず{nomimono} | 『{book}』を読書中 | {kazu}人家族"
