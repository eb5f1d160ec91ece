"""German turns of phrase by what they do; ``~`` stands for up to five words, ``*`` for the rest of a word."""

from __future__ import annotations

from typing import Final

GERMAN_CUES: Final = {
    "quotes_terms": """
        garantie ~ (?:erlischt|ausgelaufen|abgelaufen)
        gewährleistung ~ (?:ausgelaufen|abgelaufen|verjährt)
        (?:frist|zeitraum) ~ (?:verstrichen|abgelaufen|überschritten)
        (?:tarif|paket|leistungsumfang) ~ nicht (?:enthalten|vorgesehen|abgedeckt)
        gesetzgeber
        kulanzrichtlinie*
        haften wir ~ nicht
        satzungsgemäß
        vertragstext
        mindestlaufzeit
        (?:gilt|gelten) für alle ~ gleichermaßen
        bearbeitungszeit von
        \\w*(?:vertrag|vertrags|verträge)(?:e?s)? (?:nicht|nur|sieht|greift)
        laut (?:\\w+ )?\\w*(?:vertrag|karte|ordnung|eula|anlage|regel|bestätigung|heft|verzeichnis)\\w*
        nach (?:der|dem|den) (?:\\w+ )?(?:stvo|übereinkommen|verordnung|hausordnung|richtlinie\\w*|gesetz)
        \\w*(?:ordnung|verzeichnis|regeln|eula|leitlinien|standards)
        auf (?:der )?grundlage
        ordnungswidrigkeit
        haftung
        (?:per klick|bei abschluss) ~ bestätigt
        nur,? (?:wenn|sofern)
        nach ablauf
        frist\\w*
        \\w+garantie ~ (?:endete|abgelaufen|vorbei)
        behalten wir uns
        §
        agb
        allgemeine* geschäftsbedingungen
        ? vertrag*
        *vertrag* (?:sieht|regelt|steht|vorsieht)
        *bedingungen
        nutzungsregel*
        richtlinie*
        *verordnung
        gemäß
        nach maßgabe
        ziffer
        klausel*
        absatz \\d
        artikel \\d
        (?:bgb|tkg|hgb|dsgvo|vvg|uwg|egbgb)
        ? rechtlich
        ? gesetzlich*
        laut (?:vertrag|satzung|hausordnung|tarif|gesetz|police|preisverzeichnis|preisliste)*
        ? geregelt
        sieht ~ (?:vor|nicht vor)
        ? vorgesehen
        ? (?:akzeptiert|zugestimmt|unterschrieben|unterzeichnet)
        ? ausgeschlossen
        widerrufsfrist
        kleingedruckte*
        leistungsbeschreibung
        ? (?:prozess|ablauf|verfahren|vorgaben|vorschrift*|statuten|satzung)
        kein* anspruch
        ? verpflichtet
        mitwirkungspflicht*
    """,
    "argues_right": """
        nichts vorzuwerfen
        stimmt auf den (?:cent|tag|euro)
        widersprechen
        (?:fachgerecht|ordnungsgemäß|sachgerecht) (?:gearbeitet|ausgeführt|gehandelt)
        bleiben ~ (?:auffassung|meinung|entscheidung|standpunkt)
        (?:kritik|vorwurf|vorwürfe|anschuldigung\\w*) ~ (?:zurück|unberechtigt)
        äpfel mit birnen
        entbehrt
        pflichtverletzung
        geben uns recht
        (?:fehler|schuld) liegt ~ nicht (?:auf|an|bei) un\\w+
        (?:mehr als )?gerechtfertigt
        so nicht stehen lassen
        andere anbieter
        kein mangel|nicht um einen mangel
        (?:streng|genau) genommen
        (?:juristisch|medizinisch|technisch|rechnerisch|betriebswirtschaftlich|statistisch|formal|faktisch|sachlich) ~ (?:betrachtet|gesehen|müssten|nicht|kein|zweifelsfrei|korrekt)
        nur fürs protokoll
        fürs protokoll
        zweifelsfrei
        fairerweise
        aus unserer sicht
        im übrigen
        erfahrungsgemäß
        nach allgemeinem verständnis
        (?:unser|das) system irrt
        im grünen bereich
        vor diesem hintergrund
        (?:nicht nur )?vertretbar
        geboten
        (?:darstellbar|zumutbar|alternativlos)
        bitte nicht verwechseln
        bestätigt ihnen jeder
        \\d\\d(?:[.,]\\d+)? ?(?:%|prozent) der
        müssten wir ~ (?:nicht|nichts)
        haben wir (?:erbracht|erfüllt|eingehalten|geliefert)
        wurde ~ ja (?:geliefert|erbracht|erledigt)
        genau das getan
        tatsache ist
        fakt ist
        ? richtig ist
        entgegen ~ (?:darstellung|behauptung|aussage|meinung|annahme)
        trifft (?:so )?nicht zu
        ? (?:ist|sind) ~ (?:falsch|unzutreffend|unrichtig|haltlos|unbegründet|unwahr)
        ? stimmt (?:so |schlicht |einfach |nachweislich )?nicht
        ? nicht (?:korrekt|richtig|zutreffend|nachvollziehbar)
        nachweislich
        (?:völlig|absolut|sachlich|fachlich|rechnerisch|vollkommen) (?:korrekt|richtig|unbegründet)
        korrekt (?:berechnet|verbucht|abgewickelt|abgerechnet|bearbeitet|gehandelt)
        ? zu ?recht
        rechtmäßig
        ? berechtigt
        im recht
        ? eindeutig
        objektiv
        vielmehr
        klarstell*
        klarstellung
        ? richtigstell*
        richtig gehandelt
        ? alles richtig gemacht
        ? keine* fehler*
        keine rede sein
        einwandfrei
        einflussbereich
        verantwortungsbereich
        weisen ~ (?:zurück|von uns)
        marktüblich
        branchenüblich
        99 (?:prozent|%)
        alle anderen (?:kunden|mitglieder|nutzer)
        ändert nichts
        beim besten willen
        unstrittig
        ? belegt
        ? tatsächlich
        ? sachverhalt
    """,
    "lists_facts": """
        zum ablauf:
        laut (?:protokoll|system|akte|verlauf|türprotokoll)
        wir halten fest
        im system sehe ich
        (?:viermal|dreimal|fünfmal|mehrfach) ~ (?:angerufen|gemahnt|erinnert|geändert)
        per (?:mail|sms|brief) ~ per (?:mail|sms|brief)
        (?:im|am) \\S+ ~ (?:im|am) \\S+ ~ (?:im|am)
        \\d{1,2}\\.\\d{1,2}\\. ~ \\d{1,2}\\.\\d{1,2}\\.
        kleine chronik
        nur zur einordnung
        der reihe nach
        zu spät, im
        laut (?:unserem |unseren |unserer |unsere |dem |tour)?(?:system|protokoll|aufzeichnung|log|unterlagen|akte|daten|historie)*
        (?:system|protokoll|aufzeichnungen|unterlagen|akte|logs?|verlauf|historie) (?:zeigt|zeigen|belegt|belegen|ergibt|sagt)
        ? (?:erstens|zweitens|drittens|zum einen|zum anderen)
        haben sie ~ (?:geöffnet|gelesen|erhalten|bestätigt|angeklickt|angemeldet|genutzt|bestellt|angenommen)
        wurde ~ zugestellt
        ? um \\d{1,2}[:.]\\d\\d
        fakten
        mal (?:angerufen|geschrieben|angemahnt|kontaktiert|erinnert)
    """,
    "blames": """
        (?:haben|hast) (?:sie|du) ~ (?:falsche?n?|versäumt|vergessen|nicht kontrolliert|nicht gelesen|selbst zu verantworten)
        wenn sie ~ (?:gelesen|geprüft|beachtet|gewartet) hätten
        (?:wäre|ist) ihre aufgabe
        ursache ist, dass sie
        (?:geht|liegt) ~ auf ihre eigene
        sorgfalt
        durch ihr \\w+
        nicht ganz unschuldig
        ohne ihre ~ (?:wäre|hätte)
        hätten sie ~ (?:merken|melden|prüfen|lesen|wissen|sagen) (?:müssen|können)
        warum haben sie (?:sich )?nicht
        haben sie ~ (?:ausgelöst|verursacht)
        haben sie (?:denn|eigentlich|überhaupt|auch)
        (?:wäre|hätte) ~ (?:automatisch|erfahrungsgemäß|begrenzt|vermieden|verhindert|erkannt|helfen können)
        hätte ~ vermeiden
        war (?:aber|allerdings|ja|leider) ~ (?:verwackelt|unvollständig|falsch|unleserlich|zu)
        wahrscheinlich (?:wurde|haben|hat|ist)
        worauf wir ~ hinweisen
        häufig liegt ~ (?:am|bei|an)
        liegt die ursache
        lädt ~ ein
        sollten ohnehin
        so stand es
        allerdings klebt
        nicht abgeholt
        (?:heimische\\w*|eigenes?) wlan
        hätten sie(?! nicht erleb| nie | längst| schon| von uns| eine antwort)
        hättest du
        wenn sie ~ (?:hätten|gelesen|beachtet|geprüft|gemeldet)
        ihr* (?:fehler|versäumnis|verschulden|schuld|fehlverhalten|fehlbedienung)
        ? ihr* eigene* *
        selbst (?:schuld|verursacht|verschuldet|zuzuschreiben|gewählt|herbeigeführt)
        sie haben ~ (?:versäumt|unterlassen|übersehen|vergessen|ignoriert|nicht)
        sie ~ nicht ~ (?:gelesen|beachtet|reagiert|gemeldet|geprüft|gezahlt|aktualisiert|angegeben|mitgeteilt|bezahlt)
        haben ~ leider (?:nicht|versäumt)
        von ihnen ~ (?:falsch|nicht|verursacht|angegebene*)
        ? aufgrund ihre*
        ? durch ihr*
        ? da sie
        ? weil sie
        ihrerseits
        auf ihrer seite
        in ihrer verantwortung
        obliegt
        bedienungsfehler
        (?:künftig|zukünftig|in zukunft|nächstes mal|beim nächsten mal) ~ (?:sie|bitte)
        liegt (?:allein |ausschließlich )?(?:bei|an) ihnen
        rechtzeitig ~ (?:gemeldet|geprüft|informiert|reagiert)
        zu spät ~ (?:gemeldet|reagiert|eingereicht)
        falsche* (?:angaben|adresse|daten|nummer|iban)
        ? verursacht
        unsachgemäß*
        ? offenbar (?:nicht|falsch)
    """,
    "condescends": """
        für laien
        ganz langsam
        (?:noch )?ein drittes mal
        tief durch\\w*
        größere probleme
        (?:lesen|nachdenken) hilft
        jedes kind
        wirkt? (?:manchmal )?wunder
        mit dem falschen fuß
        wünsch dir was
        bei ihrem ton
        in ihrem alter
        ganz ruhig
        so viel zeit
        jemandem ~ der sich auskennt
        glückwunsch
        merken sie sich
        wissen sie überhaupt
        so einfach, wie sie
        sollte ihnen ~ klar sein|dürfte ihnen ~ klar sein
        nur ein paar euro
        tja
        bei aller liebe
        (?:das )?kleine einmaleins
        (?:ist|sind) (?:schon )?sportlich
        fass aufzumachen
        nüchtern (?:rechnet|betrachtet|gesehen)
        bekanntlich
        profis
        (?:gehört|gehören) ~ dazu
        als laie
        ist kein \\w+(?:termin|konzert|ponyhof|wunschkonzert|basar)
        übrigens auch
        wie der name schon sagt
        (?:wir )?empfehl(?:en|e|ung|t) ~ (?:zeitnah|generell|kleidung|bewegung|dann|bis dahin)
        empfiehlt es sich
        ein echter
        (?:sieht|schaut) darüber hinweg
        tassen kaffee
        (?:zwei|drei|paar|ein) (?:euro|döner|cent)
        kann man ~ auch
        aus dem bauch
        gras auf der anderen
        heutzutage
        lieber \\w+(?:er|ler)
        etwas anderes als
        wie (?:ich |wir )?(?:ihnen )?(?:bereits|schon|mehrfach)
        (?:noch einmal|nochmal|nochmals) ~ (?:langsam|einfach|erklär|deutlich|mitschreiben)*
        (?:offenbar|offensichtlich|anscheinend|scheinbar) ~ nicht (?:verstanden|gelesen|bekannt|klar|bewusst)
        eigentlich (?:klar|selbsterklärend|bekannt|einfach|selbstverständlich|jeder)
        sollte* ~ (?:bekannt|klar|bewusst|geläufig|möglich) sein
        wer lesen kann
        wer ~ liest
        beruhigen sie sich
        (?:ganz|erst ?mal|bleiben sie) (?:ruhig|sachlich|locker)
        (?:über)?treiben sie
        übertrieben
        ? kein grund
        ? emotional*
        ? aufreg*
        (?:vielleicht|womöglich) ~ sie ~ (?:erst|einmal|mal|lieber)
        ? (?:nun einmal|nun mal|halt|eben) (?:so|kein|nicht|ein)*
        jedes kind
        simpel
        (?:auch|selbst) (?:ihnen|laien|ein laie)
        mal ehrlich
        sie müssen (?:schon |auch )?verstehen
        in ruhe (?:durchlesen|lesen|nachlesen)
        gewusst wie
        (?:dürfte|sollte|müsste) ~ (?:einleuchten|nachvollziehbar|verständlich)
        mit etwas (?:gutem willen|geduld|verstand)
        einmal (?:tief )?durchatmen
        nicht so schwer
        gesunde* menschenverstand
        ? willkommen in
        erwachsen*
        schön für sie
        ? ernsthaft
        theater
        drama
        juristischen seminare
        kleiner tipp
        merken sie sich
        sie glauben doch nicht
        sicher ~ wissen
    """,
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
    "action": """
        (?:ich|wir) (?:habe|haben) ~ (?:\\w*ge\\w+(?:t|en)|be\\w+(?:t|en)|ver\\w+(?:t|en)|er\\w+(?:t|en)|\\w+iert)
        (?:habe|haben) (?:ich|wir) ~ (?:\\w*ge\\w+(?:t|en)|be\\w+(?:t|en)|ver\\w+(?:t|en)|er\\w+(?:t|en)|\\w+iert)
        (?:ich|wir) (?:prüfe|schicke|sende|rufe|melde|kläre|kümmere|überweise|storniere|erstatte|buche|hole|bringe|spreche|gebe|leite|nehme|setze|stoppe|korrigiere|frage|lasse|suche|werde|tausche|bespreche|übernehme|hebe|ziehe|halte|schaue|schreibe|gehe|sorge|bestelle|lege)n?
        (?:prüfe|schicke|sende|rufe|melde|kläre|kümmere|überweise|storniere|erstatte|buche|hole|bringe|spreche|gebe|leite|nehme|setze|stoppe|korrigiere|frage|lasse|suche|werde|tausche|bespreche|übernehme|hebe|ziehe|halte|schaue|schreibe|gehe|sorge|bestelle|lege)n? (?:ich|wir)
        (?:bekommen|erhalten|bekommst|erhältst) (?:sie|du)
        (?:sie|du) (?:bekommen|erhalten|bekommst|erhältst)
        (?:ist|sind) ~ (?:gestoppt|storniert|erstattet|angewiesen|unterwegs|freigegeben|gutgeschrieben|aufgehoben|gelöscht|raus|zurückgenommen|freigeschaltet|korrigiert)
        (?:überweist|meldet|kommt|ruft|schickt|prüft|bringt|kümmert|liefert|tauscht|holt|stellt|bearbeitet)
    """,
    "who": """
        ich
        mein* (?:kolleg\\w+|team|chef\\w*)
        unser* (?:kolleg\\w+|technik\\w*|team|\\w*leiter\\w*|\\w*leitung|buchhaltung|\\w*team|disposition|lager|werkstatt)
        (?:herr|frau|kolleg\\w+) [a-zäöü]\\w+ ~ (?:meldet|kümmert|ruft|übernimmt|prüft|kommt)
        zuständig (?:bin|ist)
    """,
    "deadline": """
        (?:bis|am|ab|um|noch|spätestens|gegen|vor|im laufe) ~ (?:heute|morgen|übermorgen|\\w+tag\\w*|uhr|mittag|abend|wochenende|woche|monatsende|ende|feierabend|\\d{1,2}\\.)
        (?:heute|morgen|übermorgen)
        (?:innerhalb|binnen) ~ (?:stunde|tag|minute|woche|werktag)\\w*
        in (?:etwa |rund |den nächsten |spätestens |gut |\\w+ )?(?:\\w+ )?(?:stunde|minute|tag|woche|werktag|arbeitstag)\\w*
        um \\d{1,2}(?:[:.]\\d\\d)? uhr
        (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\\w*
        (?:sofort|eben|soeben|gerade)
        (?:diese|nächste|kommende)[rn]? (?:woche|tage|monat)\\w*
    """,
    "contact": """
        durchwahl
        erreich(?:en|bar|st) ~ (?:mich|unter|direkt|bin)
        (?:erreichen|rufen|schreiben|melden) sie ~ (?:mich|mir|direkt)
        (?:schreib|ruf|meld\\w*) ~ (?:mich|mir)
        direkt (?:an|bei|zu) (?:mich|mir)
        an mich
        bei mir
        (?:0|\\+49)[\\d /-]{6,}
        [\\w.+-]{1,64}@[\\w.-]+
        ansprechpartner\\w* (?:bin|ist) \\w+
        persönliche* ansprechpartner\\w*
        zuständig bin
    """,
    "apology": """
        entschuldig*
        (?:tut|täte) (?:es |mir |uns |das )*(?:\\w+ )?leid
        leid tut
        um verzeihung
        verzeih*
        pardon
        (?:unser|mein|ein) fehler (?:von uns|unsererseits|und|war|gewesen)*
        (?:das|es) (?:war|ist) (?:unser|mein) (?:fehler|versäumnis|versagen)
        hätte* (?:nie|nicht|niemals|so nicht) ~ (?:passieren|dürfen|sollen|geschehen)
        (?:unser|mein)e? (?:schuld|versäumnis)
        (?:schäme|beschämend|peinlich)
        bedauere ich
        sorry
    """,
    "empathy": """
        (?:verstehe|verstehen|nachvollziehen|nachfühlen|nachempfinden)
        (?:ärgerlich|frustrierend|belastend|zermürbend|unerträglich|bitter|schlimm|unangenehm|anstrengend|nervig|beängstigend|entwürdigend|zumutung|traurig|enttäuschend|peinlich|hart)\\w*
        (?:ist|sind) mir (?:klar|bewusst)
        ? ich weiß
        kann ich mir (?:gut )?vorstellen
        (?:sorge|angst|wut|ärger|frust|stress|not|schreck|verzweif|nerven|schlaf)\\w*
        (?:verständlich|zu recht|mit recht|nur zu gut)
        niemand (?:sollte|möchte|will|wartet)
        (?:nimmt|kostet|raubt) ~ (?:zeit|kraft|nerven|schlaf|vertrauen)
        ihnen (?:fehlt|fehlte|entgangen|genommen|zugemutet)
        wer ~ (?:wartet|braucht|steht)
        steht man
        ? statt (?:sich|zu)
        ? gerade (?:wenn|jetzt|mit|in|vor)
        (?:verlorener?|verdorbener?|verpasst\\w*|umsonst|vergeblich)
    """,
}
