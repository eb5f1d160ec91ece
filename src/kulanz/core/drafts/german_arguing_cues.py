"""German turns of phrase by which a draft argues; ``cues`` tells how they are written."""

from __future__ import annotations

from typing import Final

GERMAN_ARGUING: Final = {
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
}
