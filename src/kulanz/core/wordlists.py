"""Words that tell languages apart, per language in falling order of frequency.

The order carries meaning: ``kulanz.core.language`` reads a word's place as its frequency,
so a word that two languages share speaks for the one in which it stands further ahead.
Names, brands and internet English common to all languages are left out on purpose.
"""

from __future__ import annotations

from typing import Final

GERMAN: Final = """
die der und ich ist das in nicht zu den es sie ein von mit so man auf eine dass für im dem auch wie was
sich an aber als wir aus hat wenn nur noch er haben oder bei sind mir schon mich kann war werden mal ja
wird um zum nach einen einer durch vor da über keine mehr hier du dann ihr am immer bin jetzt doch bitte
einem diese daß mein alle wieder habe hab kein sein gibt uns muss danke sehr nichts weil ihre nein des
zur dieser unter seine bis meine gut ganz eines selbst damit denn gerne würde würden machen wurde wurden
keinen keiner keinem keines dazu kommt hallo geht eben halt eh ihm ihn ihnen ihrem ihren ihrer unser
unsere unseren unserem unserer euch euer eure euren deine dein deinen deiner deinem meinen meinem meiner
seinen seinem seiner dieses diesem diesen jeder jede jedes jeden jedem beim vom ins ans ab bzw usw etwa
etwas viel viele vielen vieler wenig weniger wenige leider einfach warum wieso weshalb wer wen wem wo
wohin woher wann welche welcher welches welchen welchem also nun seit sogar zwar jedoch daher deshalb
deswegen trotzdem obwohl während zwischen gegen ohne wegen sondern sowie außer außerdem bereits bisher
hätte hätten könnte könnten können könnt sollte sollten soll sollen müssen muß müsste müsst möchte
möchten mag wollen will wollte wollten darf dürfen dürfte konnte konnten kannst musst hast habt hatte
hatten waren wäre wären warst bist seid gewesen geworden worden werde wirst gehabt gemacht gesagt
gesehen gegeben gekommen gegangen gehen gehe kommen kam kamen macht mach mache sagt sagen sagte weiß
weiss wissen wusste glaube glaub glauben denke denken finde finden findet sehe sehen sieht steht stehen
lassen lässt geben gebe brauche brauchen braucht bekommen bekomme bekommt erhalten bleibt bleiben
heißt heisst heute gestern morgen nie niemals niemand jemand irgendwie irgendwas irgendwo irgendwann
vielleicht natürlich eigentlich wirklich tatsächlich gerade genau genauso besser beste besten schlecht
schlechter gleich später früher oft manchmal meistens meist fast ziemlich überhaupt wohl sonst ebenfalls
zuerst endlich schließlich plötzlich sofort bald lange länger neu neue neuen neuer neues alten alte
großen große größer kleine kleinen guten gute guter gutes schöne schön schönen toll super richtig falsch
wichtig möglich leicht schwer teuer billig zwei drei vier fünf sechs sieben acht neun zehn ersten erste
zweite letzte letzten nächste nächsten andere anderen anderer anderes anders beide beiden paar einige
einigen mehrere ganze ganzen zusammen zurück weiter weitere weiteren darum daran darauf daraus dafür
dagegen dahin damals danach davon davor dabei dadurch darüber drauf dran drin rein raus rauf runter
hin her hinter neben leute menschen mensch frau herr herrn jahr jahre jahren tag tage tagen woche wochen
monat monate monaten uhr zeit mann kinder kind geld leben welt land stadt haus arbeit seite frage fragen
antwort antworten beitrag beiträge thema meinung grund fall fälle weg ende teil recht grüße gruß grüßen
mfg lg liebe lieber lieben freundlichen vielleicht hilfe kunde kunden rechnung rechnungen vertrag
kündigung kündigen gekündigt mahnung mahnungen inkasso betrag zahlung bezahlt zahlen bezahlen gezahlt
konto anmelden fehler nutzer mitglied mitglieder firma unternehmen problem probleme lösung funktioniert
klappt passiert versucht stimmt schade keinerlei nochmal nochmals dank vielen herzlichen entschuldigung
entschuldigen tut leid verstehe verstehen versteht ärgerlich unverschämt frechheit zufrieden habts
seids ois ned net nimmer nix ois oida hob hams heuer jänner grad bissl bisserl dings gscheit passt servus
grüß gott deppert wurscht leiwand weils wenns gibts gehts hats ists haut kriegt kriegen schauen schaut
schau hoffe hoffentlich freue freut gefällt jedenfalls allerdings ansonsten aha achso naja tja genauso
fuer ueber koennen waere moechte wuerde muessen zurueck gruesse natuerlich hoffentlich dar erst ob je
desto umso statt trotz laut mittels gemäß bezüglich sowohl weder noch entweder mindestens höchstens
ungefähr soviel soweit sobald solange solche solcher solchen solches derzeit momentan aktuell immerhin
übrigens selber selbe gleiche gleichen derselbe dasselbe eigene eigenen wochenende nachricht meldung
hinweis angebot preis preise euro gebühr gebühren jährlich monatlich kostenlos zugang passwort
kundendienst kundenservice mitarbeiter ansprechpartner chef anwalt gericht polizei presse zeitung
deutschland deutsch deutsche deutschen deutscher österreich österreicher schweiz bahn zug züge wien
wünsche wünsch heißen redet reden schreibt schreiben geschrieben lesen liest gelesen fahren fährt
gefahren nehmen nimmt genommen spielt spielen schlecht schlimm egal klar kurz lang ohnehin sowieso
keinesfalls jawohl genug darfst willst sollst machst weißt kommst gehst findest meinst meint meine
scheiße scheiß quatsch unsinn blöd dumm dämlich traurig lustig witzig krass geil hübsch süß
bleib bleibe verlassen wechseln wechsle gewechselt arbeiten arbeitet arbeite erklären erklärt bedeutet
helfen hilft geholfen warten wartet warte gewartet rufen ruft angerufen fragt gefragt antwortet
geantwortet melden gemeldet gelöscht löschen sperren gesperrt schließen geschlossen öffnen verstanden
gelernt lernen gewinnen gewonnen verloren verlieren trinken essen wohnen wohnt kaufen gekauft verkaufen
kosten kostet gekostet probieren probiert ändern geändert nutzen nutzt nutze genutzt benutzen verwenden
funktionieren stellen stellt gestellt setzen setzt ziehen zieht halten hält laufen läuft gelaufen
tun tue getan stelle stellen jedes jemanden irgendein irgendeine manche mancher manchen etliche
politik regierung partei gesellschaft volk staat krieg frieden freiheit wahrheit lüge lügen angst
sicherheit wasser essen spiel spieler sache sachen dinge ding art weise punkt zahl anfang stunde stunden
minuten abend nacht sommer winter straße wagen auto haare video kanal
hallo hi hey ok name problem team support account email board update link game feature service website
post thread page login ticket app online test tests status server start stop job chat blog fan film hand
wind arm warm land person blind bank butter gold wild wolf hunger winter
links rechts linke linken rechte rechter beides gleich unterwegs obwohl bloß eher mitte her teils
verhalten gleiches mahngebühr komm hattest wieviel ach ne brauchst außen innen isch nöd gsi ausm aufm
alles klar gell eh jo jep nö nee ach oh äh hm mhm gern nett super echt hammer mega cool lol dings
"""

ENGLISH: Final = """
the to a i and of you is that in it for this on my be have are not with but your was so as we can if just
what at they or do all me like an from would will there when how about he no one out up get more has
some don't it's i'm them their then also its our any who she him her his which been were had did could
should than other only because think know good use using need see make want time people really very too
even now way much into over after before by us am please thanks thank why where here new same work works
working does doesn't didn't isn't wasn't can't won't wouldn't couldn't shouldn't haven't hasn't aren't
that's there's you're they're we're i've i'd i'll you'll he's she's what's let's we've you've cannot
being those these most many well still back first last day days year years go going goes gone went got
getting say said says saying right left feel feels sure lot something anything nothing everything someone
anyone everyone nobody never always ever maybe every each both few such own without through between while
again against during until since around off down under another though although however else either
neither instead rather quite already yet soon often almost enough actually probably definitely literally
currently recently unfortunately hopefully exactly especially long better best worse worst bad great nice
love hate hope wish help found find trying try tried looks look looking looked seems seem keep keeps give
given gives gave take takes took taken come comes came put thing things stuff part point question
questions answer answers issue issues problem problems bug fix fixed change changes changed add added
adding create created creating set setting run running able available possible different same several
whole old little big high low hard easy next later today tomorrow yesterday week weeks month months hour
hours minute minutes man men woman women guy guys child children life world money home house school
company customer customers service support account users member members team board page website
file files error code update updated version email reply post posts comment comments topic thread read
reading write writing written call called calls told tell tells ask asked asking talk talking heard hear
believe understand understood mean means meant happen happens happened start started starting stop
stopped end show shows showing shown let makes made making pay paid payment bill billing charge charged
fee fees price subscription cancel cancelled refund money contact contacted received receive sent send
sending waiting wait access link click open close closed delete deleted remove removed report reported
might must shall may cant dont wont isnt doesnt didnt im ive youre thats theres whats lets id ill
wanna gonna gotta yeah yes yep nope hey hi hello sorry welcome cheers regards dear everybody kind kinds
agree disagree agreed idea ideas reason reasons case cases example way ways place person name number
numbers list line text word words true false wrong correct awesome amazing wow cool fun funny happy sad
angry annoying annoyed frustrating terrible horrible ridiculous stupid idiot crazy weird shit fuck
fucking damn hell lol god game games play playing played watch watching watched live living lives
thought thinking knew known knows seen saw sees left leave leaving buy bought sell sold high full free
real simple single second third two three four five six seven eight nine ten half less least yourself
myself themselves itself himself herself ourselves per via across within behind above below toward
towards along among despite unless whether whatever whoever whenever wherever once twice together
ago away just currently feature features request requests required require requires allow allows allowed
provide provided provides information info data column columns item items board boards integration
automation automations update updates users based following follow followed side try fine looking
wondering appreciate appreciated advance glad forward interested interesting important perfect solution
solved resolved workaround details detail screenshot attached below ability useful helpful instead
easily simply clearly obviously apparently completely absolutely totally honestly basically generally
usually sometimes anymore anyway anyways besides therefore otherwise meanwhile tho though cause cuz
kids kid family friend friends girl boy girls boys mother father wife husband brother dude bro folks
pretty rules rule short difference experience simply hit catch miss missed fight fights died die death dead
luck lucky unlucky fair hot cold sounds sound smart dumb gross cute pain hurt hurts scared worried proud
totally somewhere outside inside parents wedding marriage relationship church government country law
news story stories movie movies show music song songs team teams fan fans car cars food eat drink sleep
sleeping body face eye eyes hand hands head heart mind moment night morning evening minute season
walk run running jump drop pick picked push pull hold holds holding carry bring brings brought
learn learned learning teach taught student students class job jobs business market power state order
result results search build built test testing tests view views select selected choose chosen enable
assign assigned filter filters group groups formula date dates color image images folder due status
workspace dashboard dashboards task tasks project projects team plan plans sign signed login
wow omg wtf btw tbh imo ugh huh hmm aww congrats cake yikes sucks suck lmao haha fyi asap
stand standing turn turned believe lost lose losing win won worth care cares matter matters single
"""

CODE: Final = """
const var null nullptr none undefined nan def elif endif await async int str bool float char void println
printf stdout stderr varchar struct enum foreach isset strlen kwargs args argv lambda typeof instanceof
stacktrace traceback keyerror valueerror typeerror nullpointerexception npm sudo localhost div href px src
img br nbsp endfor xmlns utf param params func fn impl init json xml html php js py java lib usr tmp
"""

OTHERS: Final = {
    "fr": """
de la le et les des est un une en du que pour qui dans pas ne ce il je vous sur plus au nous avec se on
par mais cette tout ou sont fait si même être comme aux ça elle ils bien sans mon était ont votre nos vos
leur leurs cela très aussi avoir mes donc merci bonjour où moi toi lui alors faut deux encore peut peux
quand après avant être tous toute toutes rien jamais toujours aucun aucune chez déjà ici là été fais veux
vais suis êtes sommes c'est j'ai qu'il n'est d'un d'une quoi pourquoi comment beaucoup trop peu problème
voilà sera était avez avons ses son ces dont sous entre depuis pendant car ni quel quelle quelques chaque
autre autres nouveau faire dire voir voudrais pouvez svp bonsoir salut oui non doit doivent valeur
cet lors afin ainsi
""",
    "nl": """
de het een en van ik te dat die in is niet je op zijn voor met er maar aan ook als dan om heb ze we wat
nog bij of naar hij mijn dit geen door wel kan uit over worden wordt hebben heeft deze zo nu was tot meer
al moet hun moeten zou kunnen kun mij ons onze jullie zij haar hem uw u waar hoe waarom wie wanneer omdat
dus want toch heel veel weer alleen iets niets alles iemand niemand altijd nooit gaat gaan ga doen doet
goed graag bedankt dank alstublieft hallo jij mensen jaar zonder tegen onder tussen zoals daar daarom
echt eens even ben bent waren had hadden werd werden kon mag zal zullen wil willen vind vinden krijg
krijgen maken maakt gewoon misschien sinds steeds mijne factuur rekening klant betaald welkom vraag
antwoord nieuwe volgende eerste twee drie staat hier terug zelf ander andere elke
""",
    "es": """
de la que el en y los se del las un por con no una para es su lo al como más o pero sus le ha me si sin
sobre este ya entre cuando todo esta ser son dos también fue había era muy hasta desde nos mi porque qué
sólo solo han yo hay vez puede todos así nada ni donde quien tiene ahora te hace eso esto esa ese estos
está están estoy tengo tienen gracias hola buenos días favor usted ustedes nosotros ellos ella él cómo
cuál mucho muchos poco otro otra otros mismo tan después antes siempre nunca algo alguien bien mal sí
hacer puedo quiero mejor años aquí ahí allí sido cada debe deben unos tu tus
""",
    "it": """
di e che la il in a un per è non una sono con si da le del come più i ma anche della lo al mi ho ha gli
se ci dei nel alla questo io o su delle perché cosa tutto molto essere degli dal quando fatto solo così
poi ancora bene hanno questa quello quella già tutti dopo prima ora fare sempre mai niente senza nella
sia stato stata cui mio mia tuo suo sua loro noi voi lui lei grazie ciao buongiorno salve prego dove chi
quale quanto qualcuno abbiamo avete hai siamo siete era erano può posso possono devo deve vorrei proprio
ogni altro altri due anni sulla nei alle agli ai dalla dello allo negli tra fra però qui
""",
    "pt": """
de a o que e do da em um para é não uma os no se na por mais as dos como mas foi ao ele das tem à seu
sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos
ter seus quem nas me esse eles estão você vocês tinha foram essa num nem suas meu minha têm numa pelos
qual nós lhe deles essas esses este dele isto aquilo estou obrigado obrigada olá bom dia boa tarde por
favor porque onde como fazer faz posso pode podem quero agora aqui ali sempre nunca nada tudo algum
alguém bem mal sim então ainda cada deve deste desta vai vou são
""",
    "ca": """
de la que el i en a els les un per no una és amb del al es més si ha són seva seu aquest aquesta però
o també ho hi tot molt va dels quan jo tu ell nosaltres vosaltres gràcies hola bon dia sense entre fins
des perquè què qui on aquí ara sempre mai res tothom algú estic està estan tinc té tenen fer fet puc pot
poden vull cal ser estat era eren fos abans després encara només així llavors doncs alguna altres altre
cada gran dos dues anys meu meva teva nostre vostre això allò aquests aquestes pels als heu hem
""",
    "ro": """
de și în a la cu nu este pe că o din un mai pentru se sunt care au ca fi ce am ai să dar sau fost prin
după doar foarte toate tot aceasta acest această acesta aceste acum aici acolo când unde cum cine noi voi
ei ea el eu tu lui lor mea meu mele nostru dumneavoastră mulțumesc bună ziua salut vă rog nimic ceva
cineva niciodată mereu deja încă trebuie poate pot vreau face avea are aveam este era erau fără între
până spre despre fiecare alt alte doi două ani bine rău si sa ca intre numai iar deci pentru
trebuie dintre unei unui
""",
    "pl": """
w i na nie się z do to że jest o jak a po co tak za od ale czy są być był było była tego ten ta te tym
tej tylko dla przez już może można ich jego jej jeszcze ma mam mi mnie ja ty on ona my wy oni przy bez
pod nad przed między oraz lub albo więc gdy kiedy gdzie dlaczego kto który która które bardzo dziękuję
dzięki proszę dzień dobry cześć wszystko wszyscy nic nigdy zawsze teraz tutaj tam sobie siebie mój moja
twój nasz wasz pan pani jeśli jeżeli żeby aby ponieważ dobrze źle nowy rok lata dwa trzy także również
został musi należy
""",
    "cs": """
a se v na je to že s z do o i jako ve za by pro k si ale od po jsem jsou jak nebo který která které byl
bylo byla být aby když jen už tak co má mít mám není ještě také jeho její jejich může můžete ze při bez
před mezi pod nad kde kdy proč kdo tento tato toto ten ta ty tu tomu tom já vy my oni ona on děkuji díky
prosím dobrý den ahoj nic něco nikdy vždy teď zde tady tam všechno všichni velmi více méně dobře špatně
musí musíte podle protože pokud ani jestli další jiný dva rok let hodnota
""",
    "sk": """
a sa v na je to že s z do o i ako vo za by pre k si ale od po som sú ako alebo ktorý ktorá ktoré bol bolo
bola byť aby keď len už tak čo má mať mám nie ešte tiež jeho jej ich môže môžete zo pri bez pred medzi
pod nad kde kedy prečo kto tento táto toto ten tá tie tu tomu tom ja vy my oni ona on ďakujem vďaka
prosím dobrý deň ahoj nič niečo nikdy vždy teraz tam všetko všetci veľmi viac menej dobre zle musí musíte
podľa pretože ak ani či ďalší iný dva rok rokov hodnota
""",
    "sv": """
och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när
hon nu ska skall man än eller mycket efter under vara dig mig där här måste sin upp sina bara vad hade
alla andra kommer vid mot dem min då få finns ut utan över mina hur vill varför vem vilken vilket vilka
tack hej snälla gärna också något någon några ingen inget inga aldrig alltid redan igen bra dåligt nya
året år två tre göra gör gå går får blir blev blivit varit skulle kunde ni er era oss våra vår mitt ditt
ju väl nog mer mest denna detta dessa inom mellan eftersom därför antingen värde måste
""",
    "da": """
og i at det er en den til på de som med for af ikke der var mig sig men et har om vi min havde ham hun nu
over da fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev kunne ind når være
dog noget ville jo deres efter ned skulle denne end dette mit også under have dig anden hende mine alt
meget sit sine vor mod disse hvis din nogle hos blive mange bliver hendes været jer sådan jeg han kan
hvorfor hvem tak hej venligst gerne noget nogen ingen aldrig altid allerede igen godt dårligt år to tre
gøre gør går får må måske bare lidt kun uden mellem fordi derfor enten værdi nye
""",
    "no": """
og i det er på en som for at å til med av ikke den har de jeg om et var men han seg vi fra så kan nå da
hun ved der skal man eller hva opp noe bare meg deg hvor når være blir ble blitt vært hadde alle andre
mot dem min mitt mine din ditt sin sitt sine ut uten over under etter før hvordan hvorfor hvem hvilken
takk hei vennligst gjerne også noen ingen aldri alltid allerede igjen bra dårlig år to tre gjøre gjør går
får må kanskje litt mye mange mellom fordi derfor enten verdi nye oss dere deres vår våre dette denne
disse hvis vil ville kunne skulle burde ein ikkje eg frå me dei
""",
    "fi": """
ja on ei että se oli hän mutta ovat kun tai niin minä sinä me te he ne en et emme ette eivät mitä mikä
kuka missä miksi miten milloin jos vain myös olen olet olemme olla ollut oli olisi voi voin voit vois
tämä tämän tuo tuon sen sitä siitä siellä täällä nyt sitten vielä jo aina koskaan mitään jotain joku
kaikki paljon vähän hyvin hyvä huono kiitos hei moi terve pitää täytyy kanssa ilman ennen jälkeen kuin
koska vaikka joka jotka jonka minun sinun hänen meidän teidän heidän itse uusi vuosi kaksi kolme sekä
eli ole tulee saa pois takaisin mukaan ihan kyllä arvo
""",
    "tr": """
bir ve bu da de için ile çok ne o en gibi daha var ama ben sen biz siz onlar değil mi mı mu mü olarak
olan kadar sonra önce her şey şu ki ya yok ise bana sana ona bize size beni seni onu bizi sizi benim
senin onun bizim sizin nasıl neden niçin nerede ne zaman kim hangi teşekkürler teşekkür ederim merhaba
selam lütfen evet hayır şimdi burada orada hiç hep yine bile sadece tüm bütün bazı iyi kötü yeni yıl iki
üç olur oldu oluyor olmak etmek eden edildi yapmak gerekiyor gerekli istiyorum var mı dolayı göre veya
fakat çünkü eğer hala artık
""",
    "hu": """
a az és hogy nem is egy van ez meg de csak már volt én te ő mi ti ők azt ezt még ha vagy mint lehet
kell ki be el fel le nagyon jó rossz itt ott most akkor után előtt között nélkül alatt minden semmi
valami valaki senki soha mindig hol mikor miért ki hogyan milyen melyik köszönöm köszi szia sziasztok
kérem kérlek igen nincs vannak voltak lesz lett vagyok vagy vagyunk lenne volna nekem neked neki nekünk
engem téged őt minket az ezek azok sok kevés új év két három csak pedig mert tehát azért amit ami aki
szerint által érték legyen
""",
    "id": """
yang dan di ini itu dengan untuk tidak dari dalam akan pada juga saya ke karena ada bisa kami kita mereka
dia anda kamu aku sudah atau lebih oleh seperti telah harus dapat adalah tetapi tapi jika kalau sebagai
belum masih hanya sangat banyak sedikit semua setiap lain baru lama baik buruk terima kasih halo selamat
pagi siang malam tolong mohon apa siapa mana kapan mengapa kenapa bagaimana sini sana sekarang nanti
kemudian lagi pernah selalu tanpa antara sebelum sesudah setelah saat hari tahun dua tiga lalu maka agar
nya gak nggak aja dong sih banget udah bukan jangan ingin mau nilai
""",
    "sl": """
je v in na da se za so ki z ne bi pa s od po kot tudi o to ali do še iz pri bo sem ni že samo lahko med
pred brez kaj kdo kje kdaj zakaj kako jaz ti on ona mi vi oni moj tvoj njegov njen naš vaš ta ter ampak
vendar ker če ko bil bila bilo bili biti imam ima imajo hvala prosim zdravo dober dan živjo nič nekaj
nikoli vedno zdaj tukaj tam vse vsi zelo več manj dobro slabo mora morate lahko lep pozdrav leto let dva
tri vrednost
""",
    "hr": """
je i u na se da za su od s o a koji koja koje kao ne što to će sam ali do bi ili iz po sve samo biti bio
bila bilo kad kada gdje gde zašto tko ko kako ja ti on ona mi vi oni moj tvoj njegov njezin naš vaš ovaj
ova ovo taj ta te jer ako dok već još nije nisu nisam smo ste imam ima imaju hvala molim zdravo dobar dan
bok ništa nešto nikad uvijek uvek sada tu tamo svi vrlo jako više manje dobro loše mora morate može
mogu pozdrav godina dva tri prije posle nakon bez među kod ovog vrijednost
""",
    "et": """
ja on ei et see kui oli ta aga mis ka või oma siis ma sa me te nad seda selle kes kas veel väga juba kõik
nii pole olen oled oleme olla oleks saab pärast enne tänan aitäh tere palun miks kuidas kus millal ning
teie meie minu sinu uus aasta kaks kolm
""",
    "lv": """
un ir ka ar no uz par to tas kas bet tā vai es jūs mēs viņš viņa lai nav pie pēc līdz tikai jau vēl ļoti
paldies lūdzu labdien kāpēc kā kur kad šis šī šo savu jābūt var būs bija gads divi
""",
    "lt": """
ir yra kad su ne į iš kaip bet tai tik jau dar labai ar jis ji mes jūs aš tu nuo iki už apie prie kas
kodėl kur kada šis ši šio buvo bus gali turi ačiū prašau laba diena metai du trys būti nėra
""",
    "cy": """
y yr yn a o i mae ar am ac nid yw ei eu eich eto gan wedi hyn hwn hon fod bod gyda ond dim beth sut pam
ble pryd diolch os gwelwch yn dda bore fy dy ni chi nhw oedd wrth rhaid fel ddim ydy hefyd gallwch bach
""",
    "ga": """
an na a agus is i ar go le ní tá do sé sí mé tú seo sin bhí ach leis atá bhfuil nach raibh don níos ag
le haghaidh conas cad cé cén nuair má mar gur féin eile dom duit againn maith agat ó gach aon iad inniu
""",
    "eu": """
eta da ez bat du dira ere baina hau hori izan dut zuen dute zer nola non noiz zergatik eskerrik asko kaixo
mesedez oso dago daude nire zure gure egin behar bere beste duen diren edo ezin izango dela
""",
    "af": """
die en nie van het is in om wat te sy vir met op hy ek dat jy ons hulle maar sal kan was as word deur baie
my jou asseblief dankie hierdie daardie waar hoekom hoe ook nog sê moet wees geen
""",
    "tl": """
ang ng sa na at mga ay ko mo ka siya kami tayo sila ito iyan hindi po opo kung para may wala lang din rin
naman pa ba kasi dahil salamat kumusta ano bakit paano saan kailan
""",
    "vi": """
và của là có không được cho các một trong với này người những đã để tôi bạn thì khi như nhưng rất cũng
""",
}
