"""Language detection: our own sentences, and what must hold for any input."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.language import Language, decide, evidence, settle
from kulanz.core.tokens import tokens, words

GERMAN = """
Das ist doch wirklich eine Frechheit von euch
Ich habe vor drei Wochen bezahlt und heute kam die zweite Mahnung
Danke fürs Feedback, das Onboarding im Dashboard war mit dem neuen Release leider ein Fail
Kann mir hier jemand weiterhelfen?
Der Login funktioniert seit dem Update nicht mehr
bei mir genau das gleiche problem
Hab den Support angeschrieben, bisher keine Antwort bekommen
Sehr geehrte Damen und Herren, hiermit kündige ich meine Mitgliedschaft zum nächstmöglichen Termin
Also ich finde, man sollte da nicht gleich mit Inkasso drohen
Was soll das denn bitte?
Wie lange muss ich noch warten
Es tut mir sehr leid, dass Sie so lange warten mussten
Ich kümmere mich persönlich darum und melde mich bis Freitag
oida des is ned euer ernst
Kriegt man da überhaupt noch wen ans Telefon?
Bin raus, werde zur Konkurrenz wechseln
Da hast du völlig recht
Wer hat denn schon mal Erfahrung mit der neuen App gemacht
War gestern noch möglich, heute nicht mehr
Die Gebühren wurden ohne Ankündigung erhöht
Gibt es dazu schon etwas Neues vom Team?
Mein Account wurde ohne Grund gesperrt
So geht man nicht mit zahlenden Kunden um
Ein Glück, dass wir nicht verlängert haben
moechte nur kurz sagen dass es bei mir jetzt klappt
Habe das Meeting gecancelt und den Call auf morgen verschoben
Laut den AGB ist die Kündigung vier Wochen vorher möglich
Leute, bleibt doch bitte sachlich
Vielen Dank für die schnelle Hilfe!
Uns ist ein Fehler unterlaufen und wir werden den Betrag erstatten
"""
ENGLISH = """
I was charged twice this month and nobody answers
Is anyone else having trouble with the login page?
Thanks for looking into this so quickly
same problem here since the last update
This is the third time I have asked about my refund
We are sorry that you had to wait this long
What were they thinking when they removed that button
I don't think that's fair to paying customers
Can somebody from the company please reply to us?
Mr. Müller from Düsseldorf told Herr Schäfer that the Straße in Köln is closed
You're right, it wasn't in the terms when I signed up
Cancelled my subscription yesterday, moving to a competitor
Please send me your account number and I will take care of it
Why was my post deleted without any reason given?
It also works in the old version, so the change must be recent
Our team fixed it this morning, could you try again
They've been ignoring this thread for weeks
Not a single word from support so far
How do I export all of my contacts?
Calm down everyone, they said they are working on it
The Oktoberfest in Munich was great but the Bahn was late again
Good luck getting an answer from them
I got the same letter from the collection agency
He was a man in the war and died there
So what is the point of paying for premium then
Still broken for me on Windows and Mac
Where can I find the invoice for last year
Just read the rules before you post here
My lawyer will be in touch with you next week
Great community, glad that I joined
"""
OTHER = """
fr Bonjour à tous, je n'arrive plus à me connecter depuis hier
fr Est-ce que quelqu'un peut m'aider avec cette facture ?
fr C'est la troisième fois que je vous écris sans réponse
fr Merci beaucoup pour votre aide, tout fonctionne maintenant
fr Nous sommes désolés pour le retard et nous allons vous rembourser
fr Il y a aussi un groupe pour les clients de la région
fr Pourquoi mon compte est bloqué sans aucune explication
fr On ne traite pas les gens comme ça
nl Hallo, ik heb nog steeds geen antwoord op mijn vraag gekregen
nl Waarom is mijn rekening zo hoog deze maand?
nl Dat is echt niet de manier om met klanten om te gaan
nl Wij hebben de fout gevonden en gaan het morgen oplossen
nl Kan iemand mij vertellen waar ik dit moet instellen
nl Bedankt voor je hulp, het werkt nu weer
nl De man die hier was had een hond in de auto
nl Het was in die tijd ook al zo met de oude versie
es No puedo entrar en mi cuenta desde ayer por la tarde
es Me han cobrado dos veces y nadie me contesta
es Muchas gracias por la ayuda, ya funciona todo
es Es una vergüenza que tarden tanto en responder
it Non riesco più ad accedere al mio account da ieri
it Grazie mille per la risposta, adesso funziona tutto
it Perché nessuno risponde alle mie domande?
it Ho pagato la fattura ma mi arriva ancora il sollecito
pt Não consigo entrar na minha conta desde ontem
pt Alguém pode me ajudar com este problema, por favor?
pt Já paguei a fatura e continuam a mandar avisos
pt Muito obrigado pela ajuda, agora está tudo bem
ca No puc entrar al meu compte des d'ahir a la tarda
ca Moltes gràcies per la vostra ajuda, ara ja funciona
ro Nu pot să mă conectez la cont de ieri și nimeni nu răspunde
ro Vă mulțumesc foarte mult pentru ajutor, acum merge totul bine
pl Nie mogę się zalogować od wczoraj, czy ktoś ma ten sam problem?
pl Dziękuję za szybką odpowiedź, teraz wszystko działa
pl Zapłaciłem fakturę a oni nadal wysyłają wezwania
cs Od včerejška se nemůžu přihlásit, má někdo stejný problém?
cs Děkuji za rychlou odpověď, teď už všechno funguje
sk Od včera sa neviem prihlásiť, má niekto rovnaký problém?
sk Ďakujem za rýchlu odpoveď, teraz už všetko funguje
sv Jag kan inte logga in sedan igår, är det någon annan som har problem?
sv Tack så mycket för hjälpen, nu fungerar allt igen
sv Det här är inte rätt sätt att behandla sina kunder på
da Jeg kan ikke logge ind siden i går, er der andre med samme problem?
da Tak for hjælpen, nu virker det hele igen
da Det er ikke den rigtige måde at behandle sine kunder på
no Jeg får ikke logget inn siden i går, er det noen andre som har problemer?
no Takk for hjelpen, nå virker alt som det skal igjen
fi En pääse kirjautumaan sisään eilisen jälkeen, onko muilla sama ongelma?
fi Kiitos avusta, nyt kaikki toimii taas hyvin
tr Dünden beri hesabıma giriş yapamıyorum, aynı sorunu yaşayan var mı?
tr Yardımınız için çok teşekkür ederim, şimdi her şey çalışıyor
hu Tegnap óta nem tudok belépni, másnak is van ilyen problémája?
hu Köszönöm a gyors választ, most már minden működik
id Saya tidak bisa masuk ke akun saya sejak kemarin
id Terima kasih atas bantuannya, sekarang sudah bisa lagi
sl Od včeraj se ne morem prijaviti, ali ima še kdo enako težavo?
hr Od jučer se ne mogu prijaviti, ima li još netko isti problem?
vi Tôi không thể đăng nhập vào tài khoản của mình từ hôm qua
ru Не могу войти в свой аккаунт со вчерашнего дня
el Δεν μπορώ να συνδεθώ στον λογαριασμό μου από χθες
ar لا أستطيع الدخول إلى حسابي منذ أمس
he אני לא מצליח להיכנס לחשבון שלי מאתמול
hi मैं कल से अपने खाते में लॉग इन नहीं कर पा रहा हूँ
th ฉันไม่สามารถเข้าสู่ระบบได้ตั้งแต่เมื่อวาน
ja 昨日からログインできません。誰か助けてください
zh 我从昨天开始就无法登录我的账户
ko 어제부터 로그인이 안 됩니다 도와주세요
"""
UNDETERMINED = [
    "",
    "ok",
    "+1",
    "👍👍",
    "12 34,50 99 2024-01-01",
    "¯\\_(ツ)_/¯",
    "so",
    "https://t.co/a1B2c3",
    "x = y_1;",
    "oo ow ey th sh ck",
]


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def measured(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    found = [tokens(text) for text in texts]
    rows = [np.sum([evidence(words(token)) for token in listed] or [(0, 0, 0)], axis=0) for listed in found]
    return np.array(rows, float).reshape(-1, 3), np.array([len(listed) for listed in found])


def languages(texts: Sequence[str]) -> list[Language]:
    return decide(*measured(texts))


@pytest.mark.parametrize("text", lines(GERMAN))
def test_german(text: str) -> None:
    assert languages([text]) == ["de"]


@pytest.mark.parametrize("text", lines(ENGLISH))
def test_english(text: str) -> None:
    assert languages([text]) == ["en"]


@pytest.mark.parametrize("line", lines(OTHER))
def test_other_languages_are_named_other(line: str) -> None:
    assert languages([line[3:]]) == ["other"]


@pytest.mark.parametrize("text", UNDETERMINED)
def test_too_little_is_undetermined(text: str) -> None:
    assert languages([text]) == ["und"]


def test_letters_and_marks_apart_are_read_as_one() -> None:
    assert languages(["fu\u0308r die scho\u0308nen Gru\u0308sse"]) == ["de"]


def test_words_that_both_languages_share_decide_less_than_one_that_is_german_only() -> None:
    german, english, _ = np.sum([evidence([word]) for word in ("was", "in", "so", "man")], axis=0)
    assert abs(german - english) < evidence(["nicht"])[0]


def test_a_path_in_a_link_is_no_text() -> None:
    assert evidence(["the", "-", "best", "-", "of", "-", "all"]) == (0.0, 0.0, 0.0)


@given(st.lists(st.sampled_from(["geld", "zurück", "refund", "the", "xyzzyung"]), min_size=1, max_size=5))
def test_words_that_are_joined_weigh_what_each_does(parts: list[str]) -> None:
    joined = evidence([part for word in parts for part in (word, "/")])
    assert joined == pytest.approx(np.sum([evidence([word]) for word in parts], axis=0))


def test_hashes_and_versions_are_no_text() -> None:
    assert evidence(words(b"c5f6f9f77ac1df4b2236die9fc")) == (0.0, 0.0, 0.0)
    assert evidence(words(b"40-euro-strafe")) == evidence(["euro", "strafe"])


def test_settle_gives_short_posts_the_language_of_their_thread_so_far() -> None:
    found: list[Language] = ["und", "de", "und", "en", "und", "und"]
    threads = np.array([0, 0, 0, 1, 1, 0])
    sizes = np.array([1, 9, 1, 9, 1, 40])
    assert settle(found, threads, sizes) == ["und", "de", "de", "en", "en", "und"]


def test_settle_leaves_posts_open_without_a_majority_and_after_other_languages() -> None:
    found: list[Language] = ["de", "en", "und", "other", "und"]
    assert settle(found, np.array([0, 0, 0, 1, 1]), np.ones(5, int)) == found


def test_nothing_in_nothing_out() -> None:
    empty = np.zeros(0, int)
    assert decide(np.zeros((0, 3)), empty) == []
    assert settle([], empty, empty) == []


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="token count per post, got 2 for 1"):
        decide(np.zeros((1, 3)), np.ones(2, int))
    with pytest.raises(ValueError, match="1 languages, 2 threads"):
        settle(["de"], np.zeros(2, int), np.ones(1, int))


@given(st.lists(st.text(), max_size=5))
def test_any_text_gets_a_finite_answer(texts: list[str]) -> None:
    rows, sizes = measured(texts)
    assert np.isfinite(rows).all()
    assert len(decide(rows, sizes)) == len(texts)


@given(st.lists(st.text()))
def test_any_words_are_read(found: list[str]) -> None:
    assert len(evidence(found)) == 3


@given(st.lists(st.sampled_from(lines(GERMAN + ENGLISH)), min_size=2, max_size=4))
def test_the_order_of_sentences_changes_nothing(texts: list[str]) -> None:
    sums = [measured([" ".join(order)])[0] for order in permutations(texts)]
    assert all(np.allclose(sums[0], other) for other in sums)


@given(st.lists(st.tuples(st.sampled_from(["de", "en", "other", "und"]), st.integers(0, 2)), max_size=20))
def test_a_longer_thread_never_changes_its_beginning(posts: list[tuple[Language, int]]) -> None:
    found, threads = [post[0] for post in posts], np.array([post[1] for post in posts], int)
    sizes = np.ones(len(posts), int)
    half = len(posts) // 2
    assert settle(found, threads, sizes)[:half] == settle(found[:half], threads[:half], sizes[:half])
