"""German turns of phrase by which a draft evades, threatens or promises too much; ``cues`` tells how they are written."""

from __future__ import annotations

from typing import Final

GERMAN_EVADING: Final = {
    "canned": """
        in guten händen
        oberste priorität
        fachabteilung
        weitergeleitet
        unser möglichstes
        (?:ihr|euer) vertrauen
        weiterhin viel (?:freude|spaß|erfolg)
        etwaige umstände
        kundenorientiert*
        (?:ihre|eure) (?:meinung|rückmeldung\\w*) ~ (?:wichtig|wertvoll|helfen)
        nicht ihren erwartungen
        freuen uns (?:auf|über)
        bleiben sie uns
        wünschen (?:wir )?(?:ihnen|dir|euch|weiterhin|trotz)*
        mit den besten wünschen
        nicht auf diese (?:e-?mail|nachricht)
        (?:rückfragen|nachfragen) ~ ab(?:zusehen)?
        qualitätsanspruch
        zur kenntnis genommen
        ihre nachricht ~ (?:erhalten|beantworten|bearbeiten)
        entdecken sie
        nutzen sie die chance
        leider müssen wir ihnen mitteilen
        dass o\\. ?g\\.
        drücken die daumen
        zum ausdruck gebracht\\w*
        ihr interesse
        dies ist eine automatische
        allen kunden gerecht
        vielen dank für (?:ihr|dein|die|das)*
        (?:danken|bedanken) ~ für ihr*
        (?:ihr|dein) (?:anliegen|feedback|meinung|zufriedenheit|hinweis) ~ wichtig
        liegt uns ~ am herzen
        (?:bitten|danken) ~ verständnis
        ihr verständnis
        um (?:etwas |noch )?geduld
        unannehmlichkeit*
        vollsten zufriedenheit
        (?:nehmen|nimmt) ~ ernst
        ? bemüht
        ? so schnell wie möglich
        schnellstmöglich
        baldmöglichst
        umgehend bearbeite*
        für (?:weitere |eventuelle )?(?:rück)?fragen ~ verfügung
        jederzeit (?:gerne? )?(?:zur verfügung|für sie da)
        zufriedenheit ~ (?:kunden|wichtig|priorität)
        (?:höchste|oberste|hohe) priorität
        zögern sie nicht
        ? zuständige* (?:fach)?(?:abteilung|stelle|team|kollegen)
        ? weitergeleitet
        hoffen ~ (?:geholfen|weitergeholfen|gedient)
        stetig* ~ verbesser*
        ständig ~ verbesser*
        qualität ~ (?:anspruch|verpflichtet)
        wir bedauern
        bearbeitungszeit
        erhöhte* (?:anfrage|aufkommen|nachfrage)*
        hohe* (?:anfrage|aufkommen|nachfrage)*
        eingangsbestätigung
        in der reihenfolge
        ? sehr geehrte[rs]? (?:kunde|kundin|kundinnen|damen|mitglied|nutzer)*
        werden uns ~ in verbindung setzen
    """,
    "sends_away": """
        (?:wenden|wende) (?:sie )?(?:sich|dich) ~ an
        (?:fällt|gehört) nicht in meinen
        (?:hersteller|paketdienst|vermieter|hausbank) ~ (?:zuständig|klären|sprechen|fragen)
        eröffnen sie ~ ticket
        (?:fragen sie|erkundigen sie sich) ~ (?:dort|direkt|bei)
        versuchen sie es (?:beim|bei der|in)
        (?:hilfebereich|faq|kundenportal|zentrale)
        klären sie ~ mit
        (?:am besten )?erstellen sie
        (?:am besten|bitte) ~ (?:beim|bei der|bei dem|in einer|vor ort) ~ nach
        (?:erhalten|bekommen|finden|fragen) sie ~ (?:beim|bei der|bei ihrem|online|in unserer|unter|in einer)
        ausschließlich ~ (?:formular|portal|telefonisch|schriftlich|online)
        (?:dafür|hierfür) ~ (?:formular|team zuständig)
        anderes team
        schauen sie (?:doch )?(?:mal|bitte)? ?(?:in|auf|unter)
        lässt sich online
        vereinbaren sie ~ (?:über|termin)
        rechtsbehelf
        artikel »
        hilft weiter
        (?:der )?richtige ansprechpartner
        steht ihnen ~ (?:offen|zur verfügung)
        auf der rückseite
        notruf
        online (?:abfragen|einsehen|beantragen)
        wenden sie sich
        kontaktieren sie
        kontaktformular
        schreiben sie ~ an (?:unser|den|die|das|info|service|support)*
        rufen sie ~ (?:hotline|kundenservice|service|zentrale|kundenhotline)
        (?:unsere|die|der|unserer) (?:hotline|kundenhotline|servicenummer|service-hotline|kundendienst)
        hilfebereich
        hilfe-?(?:center|seiten?)
        hilfeseiten?
        faq
        (?:eröffnen|erstellen|öffnen) sie ~ (?:ticket|anfrage)
        ? nicht (?:weiterhelfen|zuständig|der richtige ort|helfen)
        ? an anderer stelle
        über (?:das|unser|die|den) (?:portal|formular|app|ticketsystem|kundenportal|kundencenter|support)
        (?:an|bei) (?:den|unseren|unserem|dem|die|der) (?:support|kundenservice|kundendienst|kundenbetreuung|fachhandel|händler|hersteller|versanddienstleister|verkäufer|paketdienst)
        ? bei (?:der|ihrer) (?:bank|post|werkstatt)
        (?:nutzen|verwenden) sie ~ (?:formular|portal|chat|app|kanal|kanäle)
        zuständig ist ~ (?:nicht|hersteller|partner|dienstleister)
        fällt nicht in
        ? sind wir nicht
    """,
    "passive_defence": """
        wurde ~ (?:versehentlich|automatisch|maschinell|seinerzeit) ~
        ist ~ (?:unterblieben|verloren gegangen)
        hat sich ~ eingeschlichen
        ließ sich nicht ~ feststellen
        erfolgte durch das system
        gerieten ~ in
        betriebsbedingt
        im zuge der
        seitens der
        fehlgeleitet
        aufgrund (?:eines?r?|technische\\w*|hoher|erhöhten?|einer) \\w+
        (?:kann|konnte) es ~ (?:zu|kommen)
        (?:war|waren|sind|ist) ~ (?:betroffen|dokumentiert|geschuldet|darstellbar|hinterlegt|vermerkt)
        den umständen
        ließ sich
        (?:werden|wird) ~ (?:abgearbeitet|bewertet|bearbeitet|geprüft|behandelt|entschieden|vergeben)
        (?:die )?(?:bearbeitung|abwicklung|prüfung|zustellung|umstellung|freigabe) ~ (?:erfolgt|erfolgte)
        musste ~ (?:annulliert|verschoben|abgesagt|gestrichen|geschlossen|storniert) werden
        systemseitig
        aus (?:organisatorischen|technischen|betrieblichen) gründen
        (?:zeitweise|kurzfristig|vereinzelt|teilweise)
        (?:wurde|wurden|worden) ~ (?:ge|be|ver|er|ent|über|zu|ein|an|ab|aus|durch|unter|vor|mit|um|bestätigt|informiert|kontaktiert|storniert)*t
        ? (?:wurde|wurden) ~ \\w+(?:t|en)
        (?:konnte|konnten|kann|können) ~ (?:nicht|leider|keine|keinem|keiner) ~ werden
        ist es ~ zu (?:einer|einem|verzögerung|einigen)*
        (?:kam|gekommen|kommt) es ~ zu
        ? ist ~ (?:unterlaufen|passiert|entstanden|aufgetreten|erfolgt)
        (?:ordnungsgemäß|fristgerecht|ordnungsgemäss|sachgerecht|standardmäßig|systemseitig|regelkonform|satzungsgemäß|sorgfältig)
        erfolgte*
        es wird ~ (?:gearbeitet|geprüft)
        ? wird ~ (?:geprüft|bearbeitet|untersucht|berücksichtigt)
        zu keinem zeitpunkt
        nicht vorhersehbar
        (?:es|dies) liegt (?:uns )?kein*
    """,
    "threatens": """
        übergeben wir ~ (?:anwalt|inkasso|gericht|polizei)
        sonst werden sie
        können wir auch anders
        (?:könnte|wird) ~ teuer
        bleibt uns nur
        liest hier mit
        riskieren sie
        endet unsere
        ohne rücknahme
        (?:geht|landet|wandert) ~ (?:an|ins|beim|zum) ~ (?:inkasso\\w*|anwalt|gericht|verrechnungsstelle)
        zahl(?:st|en|t) (?:du|sie|ihr) nicht
        wenn sie nicht ~ (?:zahlen|zustimmen|löschen)
        automatisch (?:ins|an|zum)
        darauf hab(?:e)? ich keinen einfluss
        (?:letzte|faire) warnung
        sonst (?:müssen|wird|sehen|geht) ~ (?:wir|konto|vertrag|anschluss|kündigen)
        sehen wir ~ ab
        (?:beenden|kündigen|sperren|löschen|schließen|unterbrechen) wir
        werden wir ~ (?:beenden|kündigen|sperren|einstellen|löschen|schließen)
        wir (?:machen|weisen) ~ (?:aufmerksam|hin)
        (?:ein )?entgelt erhoben
        führ(?:t|en) ~ (?:bann?|sperre|ausschluss|kündigung|forenbann|sperrung)
        eingefroren
        als zahlungsverzug
        gewertet
        beim nächsten (?:mal|alarm|verstoß)
        sofern sie nicht
        (?:lass|lassen sie) es ~ (?:sein|bleiben)
        rückbuchung
        erst bei vollständig\\w*
        (?:rechtliche|juristische|weitere) schritte
        ? (?:rechtsanwalt|anwalt|anwälte|anwältin|rechtsabteilung)
        ? inkasso*
        ? sperr\\w*
        sehen wir uns ~ gezwungen
        ? gezwungen
        behalten wir uns
        andernfalls
        ? ansonsten
        ? sonst
        letztmalig
        letzte* (?:warnung|mahnung|aufforderung|mal|chance)
        konsequenz*
        schufa
        ? (?:straf)?anzeige
        kündigen wir
        kündigung (?:unsererseits|durch uns)
        hausverbot
        ? (?:gesperrt|gelöscht|entfernt|entfernen|ausgeschlossen|stillgelegt|abgestellt|eingestellt|verwarnt)
        weisen ~ darauf hin
        bedenken sie
        mahnverfahren
        mahnbescheid
        ? gericht*
        unterlassen
        ? vorsichtig
        rufschädig*
        verleumd*
        überlegen sie sich
        schadens?ersatz
        verlieren sie
        verfällt
        zu ihren lasten
        kosten ~ tragen
        gut überlegen
    """,
    "false_apology": """
        (?:bedauern|bedauerlich|leid|schade|sorry|nachsicht) ~ (?:empfinden|fühlten|fühlen|wirkte|gewirkt|rüberkam|vorkam|ankam)
        (?:empfinden|fühlten|fühlen|wirkte|gewirkt|rüberkam|vorkam|verunsichert)\\w* ~ (?:bedauerlich|bedauern|leid|nachsicht)
        sorry,? (?:falls|wenn|dass du dich|dass sie sich)
        (?:falls|wenn|sollte) ~ (?:missverständlich|unpersönlich|unfreundlich|irritiert|gestört)
        bitten ~ um nachsicht
        schade,? dass
        (?:sollte|sollten) ~ (?:entstanden|gekommen) sein
        bedauern wir das
        leid zu hören
        in (?:bester|guter) erinnerung
        dass sie ~ (?:unzufrieden|nicht zufrieden|enttäuscht|verärgert|unannehmlichkeiten)
        leid,? (?:wenn|falls|dass sie|dass du|dass bei ihnen|aber|jedoch)
        (?:bedauern|bedauere|bedaure|schade),? (?:wenn|falls|dass sie|dass du|dass bei ihnen|dass der eindruck)
        (?:sollte|sollten|falls|wenn) ~ (?:gefühl|eindruck|verärgert|enttäuscht|unzufrieden|verletzt|fühlen|empfinden|empfunden|unannehmlichkeiten)
        entschuldig\\w*,? (?:aber|falls|wenn|sollte)
        (?:so|es|das) (?:empfinden|empfunden|wahrnehmen|sehen|auffassen)
        ? (?:den eindruck|das gefühl) (?:haben|hatten|gewonnen|entstanden|bekommen)
        (?:subjektiv|gefühlt)\\w*
        bedauern (?:etwaige|eventuelle|mögliche)
        etwaige
        ? missverständnis*
    """,
    "audience": """
        für alle, die ~ (?:mitlesen|lesen)
        lasst euch
        mit was für (?:kunden|leuten)
        zur information der
        (?:er|sie) verschweigt
        kann jeder selbst beurteilen
        liebe leser
        (?:die|der) (?:betroffene|verfasser\\w*|dame|herr|kundin) ~ (?:übertreibt|kennt|hat|möchte|erzählt)
        hier will jemand
        unsere treuen
        allen anderen (?:hier )?(?:sei )?gesagt
        (?:nur )?damit (?:die|alle|hier|ihr) ~ (?:im bilde|bescheid|wissen|weiß)
        (?:die|in der) runde
        man muss (?:dazu)?(?:sagen|wissen)
        bevor hier (?:alle|jemand)
        stammgast
        (?:diese|dieser|dieses|die) (?:familie|mutter|herrschaften|gruppe|paar|gäste|person|nutzer|konto|account)\\w*
        halbe geschichte
        wie kunden
        an diesem beispiel
        zur einordnung für
        mitleser\\w*
        für die galerie
        forumsöffentlichkeit
        (?:die|der|unsere|unser) (?:dame|herr|gute|frau|nutzerin|kollege|schreiber|lady)\\w* (?:hat|hier|letzte|ist|war)?
        witzig nur
        leute,
        was (?:der|die) \\w+ (?:hier )?(?:nicht|verschweigt)
        manche (?:leute|kunden)
        (?:der|die|dieser|diese|unser|unsere|besagte|genannte) (?:kunde|kundin|nutzer|nutzerin|mitglied|user|fahrgast|gast|patient|patientin|beschwerdeführer|herr|frau|verfasser|autor|mieter|käufer|threadersteller)\\w*
        mitles*
        (?:liebe|an die) (?:community|leser|forengemeinde|alle|runde|mitglieder|gemeinde|leute)
        ? (?:hallo|moin|guten tag|hi) (?:zusammen|alle|allerseits|in die runde|community|leute|ihr)
        ? für alle
        an alle
        ? alle(?:n)? (?:hier|anderen|übrigen|interessierten)
        wie (?:ihr|sie alle)
        verschweig*
        jeder hier
        ? (?:er|sie) (?:hat|war|ist|verschweigt|behauptet|wollte|schreibt)
        ? (?:ihr|euch|euer|eure)
        mögen sich ~ bild
        publikum
        öffentlich\\w* (?:gesagt|festgehalten|klar)*
        ? einige* hier
    """,
    "overpromises": """
        (?:garantiere|garantieren) ~ (?:ihnen|dir)
        egal was
        ab (?:morgen|heute) läuft alles
        für immer
        hundertprozentig
        sämtliche
        gewinnt ihr
        müssen nie
        zu hundert prozent
        gift drauf
        (?:fest|sicher) davon ausgehen
        (?:machen sie|mach) sich? keine (?:gedanken|sorgen)
        ganz bestimmt
        mein wort drauf
        (?:so gut wie )?in der tasche
        auch ohne freigabe
        jede[rs]? einzelne
        auf die minute
        in die hand versprochen
        hand drauf
        hoch und heilig
        (?:steht|stehen) ~ fest wie
        ohne wenn
        kein problem, das
        alles zurück
        setze ich ~ durch
        wird ~ (?:garantiert|hundertprozentig|todsicher)
        todsicher
        brauchen sie sich nie
        keine sorge, (?:das|da|sie)
        (?:tausend|1000) ?(?:%|prozent)
        absolute ruhe
        fress ich
        da ist ~ absolut\\w*
        (?:kann|wird) ~ nie(?:mals)? (?:wieder|mehr)
        (?:gar )?nichts (?:mehr )?schief\\w*
        (?:komplett|vollständig|restlos) alles
        (?:ist|wird) ~ zu (?:100|hundert)
        garantier*
        ? garantie
        nie (?:wieder|mehr)
        niemals (?:wieder|mehr)
        (?:100|hundert) ?(?:%|prozent)\\w*
        hundertprozentig
        ? verspr(?:eche|echen|ochen)
        auf (?:gar )?keinen fall
        ? nichts mehr
        (?:alle|sämtliche|jeden|jeglichen) (?:kosten|schaden|schäden|auslagen|folgen|ausfall|verlust)\\w*
        in jedem fall
        ? auf jeden fall
        mit (?:absoluter |völliger )?sicherheit
        ? definitiv
        ? (?:für immer|lebenslang|dauerhaft)
        ? egal (?:wie|was|welche)
        ausgeschlossen, dass
        sie haben mein wort
        ohne (?:wenn und aber|jede ausnahme)
        absolut sicher
        alles (?:ersetzen|erstatten|übernehmen|tun)
        kein* (?:einzig\\w*|weiter\\w*) (?:ausfall|störung|fehler|problem)
        verlassen sie sich darauf
        ? unbegrenzt
        unbürokratisch alles
        ganz sicher
        immer (?:pünktlich|funktionieren|erreichbar)
    """,
}
