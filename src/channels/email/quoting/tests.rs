//! What is folded of a mail, and what is not.

use super::*;

fn parts(text: &str) -> (String, String) {
    split(text, "Re: Rear hanger", false)
}

#[test]
fn the_history_below_an_answer_is_told_apart() {
    let (body, quoted) = parts(
        "Yes, please.\n\nOn Tue, 24 Nov 2026 at 10:00, Rosa Bikes <support@rosa.example>\nwrote:\n\n> Shall we send it?\n> Ana\n",
    );
    assert_eq!(body, "Yes, please.");
    assert!(quoted.starts_with("On Tue") && quoted.ends_with("> Ana"), "{quoted}");
    let (body, quoted) = parts("Ja.\n\nAm 24.11.2026 um 10:00 schrieb Ana Silva:\n> Soll es los?");
    assert_eq!((&*body, quoted.lines().count()), ("Ja.", 2), "{quoted}");
    let (body, _) =
        parts("Danke\n\nVon: Ana\nGesendet: Dienstag\nAn: Hanna\nBetreff: Re\n\nSoll es los?");
    assert_eq!(body, "Danke");
    let (body, _) = parts("Thanks\n\n-----Original Message-----\nFrom: Ana\n\nShall we?");
    assert_eq!(body, "Thanks");
}

#[test]
fn answers_between_the_quotes_stay_with_them() {
    let text = "> Shall we send it?\n\nYes.\n\n> In red?\n\nBlue, please.";
    assert_eq!(parts(text), (text.to_owned(), String::new()));
}

#[test]
fn a_signature_is_told_apart() {
    let (body, quoted) = parts("Hello\n\n-- \nHanna Lindqvist\nRosa Bikes");
    assert_eq!((&*body, &*quoted), ("Hello", "-- \nHanna Lindqvist\nRosa Bikes"));
    let (body, _) = parts("Blue.\n\n> In red?\n\n-- \nHanna");
    assert_eq!(body, "Blue.");
    let long = format!("Steps\n--\n{}", "one more\n".repeat(40));
    assert_eq!(parts(&long).1, "");
}

#[test]
fn what_is_handed_on_is_shown() {
    let text = "See below.\n\nFrom: Piet\nSent: Tuesday\nTo: Hanna\nSubject: Order\n\nTwo hangers.";
    for subject in ["FW: Order", "I: Ordine", "VB: Order", "PD: Order", "VL: Tilaus"] {
        assert_eq!(split(text, subject, true).1, "", "{subject}");
    }
    assert_ne!(split(text, "RE: Order", true).1, "");
    let text = "See below.\n\n---------- Forwarded message ---------\nFrom: Piet\nDate: Tue";
    assert_eq!(split(text, "Order", true).1, "");
}

#[test]
fn what_answers_in_finnish_and_hands_on_in_danish_is_told_by_what_it_names() {
    let text = "Kiitos.\n\nFrom: Piet\nSent: Tuesday\nTo: Hanna\nSubject: Order\n\nTwo hangers.";
    assert_eq!(split(text, "VS: Tilaus", true).0, "Kiitos.");
    assert_eq!(split(text, "VS: Ordre", false).1, "");
}

#[test]
fn a_list_shows_what_is_their_own_between_quotes() {
    let text = "On Tue, 24 Nov 2026 at 10:00, Baton <a@b.example> wrote:\n\n> Shall we?\n\nYes.\n\n\
                > In red?\n\nBlue:\n\n> Or green?\n";
    assert_eq!(unquoted(text), "Yes.\nBlue:");
    assert_eq!(unquoted("> All of it"), "> All of it");
    assert_eq!(unquoted("1 > 2\n\nand so on"), "1 > 2\nand so on");
}

#[test]
fn what_is_nothing_but_quoted_is_shown() {
    let text = "> Only this";
    assert_eq!(parts(text), (text.to_owned(), String::new()));
    assert_eq!(parts(""), (String::new(), String::new()));
}

/// What nobody may fold.
#[track_caller]
fn is_shown(text: &str) {
    assert_eq!(parts(text), (text.to_owned(), String::new()));
}

#[test]
fn what_people_and_forms_write_in_lines_with_labels_is_shown() {
    is_shown("A new enquiry:\n\nFrom: Gerd\nEmail: gerd@x.example\nDate: Friday\nMessage: A bike");
    is_shown("A new enquiry:\n\nFrom: g@x.example\nDate: Friday\nSubject: Bike\nMessage: Red");
    is_shown("Transfer:\nFrom: Airport\nTo: Hotel\nDate: 3 December, 10:00\n\nFour of us.");
    is_shown("Lieferung\n\nVon: Hamburg\nAn: Kiel\nDatum: 3.12.\n\nEs fehlen zwei Räder!");
    is_shown("Two:\n\nFrom: a\n\nDate: b\n\nSubject: c\n\nHello");
    // Labels of one language, and one of each.
    is_shown("See:\n\nFrom: a@x.example\nDatum: 3.12.\nAsunto: c\n\nHello");
    // Nothing is quoted by what answers nothing.
    let form = "A new enquiry:\n\nFrom: g@x.example\nDate: Friday\nSubject: Bike\n\nA red one.";
    assert_eq!(split(form, "Contact form", false).1, "");
    assert_eq!(split(form, "Contact form", true).0, "A new enquiry:");
}

#[test]
fn what_stands_below_a_line_that_people_draw_is_shown() {
    for line in ["--", "________________________________"] {
        is_shown(&format!("The first one is too small.\n{line}\nPlease send me the second one."));
        is_shown(&format!("Hello\n{line}\nHanna\n\nPlease call me"));
        let (body, quoted) = parts(&format!("Hello\n{line}\nHanna Lindqvist\nRosa Bikes Ltd."));
        assert_eq!((&*body, quoted.lines().count()), ("Hello", 3), "{line}");
        let headers = "From: Mia\nSent: Tuesday\nTo: Hanna\nSubject: Order";
        let (body, quoted) = parts(&format!("Hello\n\n{line}\n{headers}\n\nYes?"));
        assert_eq!((&*body, quoted.lines().next()), ("Hello", Some(line)));
    }
    is_shown("Hello\n\n-- \nHanna\nRosa Bikes\n\nP.S. Before Friday, please");
    is_shown("Hola\n-- \nAna\nPD: antes del viernes");
}

#[test]
fn the_lines_that_name_a_mail_are_known_in_any_order_and_many_languages() {
    for named in [
        "Gesendet: Dienstag, 24. November 2026 um 09:41 Uhr\nVon: \"Mia\" <s@x.example>\nAn: hanna@gmx.example\nBetreff: Re: Rad",
        "De: Mia <s@x.example>\nEnviado el: martes, 24 de noviembre de 2026 9:41\nPara: Hanna\nAsunto: Pedido",
        "De: Mia <s@x.example>\nEnviada em: terça-feira, 24 de novembro de 2026 09:41\nPara: Hanna\nAssunto: Pedido",
        "De : Mia <s@x.example>\nDate : mardi 24 novembre 2026 à 09:41\nÀ : Hanna\nObjet : Commande",
        "Da: Mia\nInviato: martedì 24 novembre 2026 09:41\nA: Hanna\nOggetto: Ordine",
        "Van: Mia\nVerzonden: dinsdag 24 november 2026 09:41\nAan: Hanna\nOnderwerp: Bestelling",
        "Från: Mia\nSkickat: den 24 november 2026 09:41\nTill: Hanna\nÄmne: Beställning",
        "Fra: Mia\nSendt: 24. november 2026 09:41\nTil: Hanna\nEmne: Ordre",
        "Lähettäjä: Mia\nLähetetty: tiistai 24. marraskuuta 2026\nVastaanottaja: Hanna\nAihe: Tilaus",
        "Od: Mia\nWysłano: wtorek, 24 listopada 2026 09:41\nDo: Hanna\nTemat: Zamówienie",
        "Od: Mia\nOdesláno: úterý 24. listopadu 2026 9:41\nKomu: Hanna\nPředmět: Objednávka",
        "От: Mia\nОтправлено: 24 ноября 2026 г. 9:41\nКому: Hanna\nТема: Заказ",
        "发件人: Mia <s@x.example>\n发送时间: 2026年11月24日 9:41\n收件人: Hanna\n主题: 订单",
        "差出人: Mia\n送信日時: 2026年11月24日 9:41\n宛先: Hanna\n件名: 注文",
        "*From:* Mia <s@x.example>\n*Sent:* Tuesday, 24 November 2026 09:41\n*To:* Hanna <h@x.example>;\npiet@x.example\n*Cc:* Tom\n*Subject:* Order",
        "Subject: Order\nDate: Tue, 24 Nov 2026 09:41:00 +0100\nFrom: Mia\nTo: Hanna",
    ] {
        let (body, quoted) = parts(&format!("Thanks.\n\n{named}\n\nShall we?"));
        assert_eq!((&*body, quoted.lines().next()), ("Thanks.", named.lines().next()), "{named}");
    }
    for ruler in
        ["------------------ 原始邮件 ------------------", "-----Ursprungligt meddelande-----"]
    {
        assert_eq!(parts(&format!("Thanks.\n\n{ruler}\nMia")).0, "Thanks.", "{ruler}");
    }
}

#[test]
fn the_line_that_tells_who_wrote_goes_with_what_it_introduces() {
    for line in [
        "Op di 24 nov 2026 om 09:41 schreef Mia <s@x.example>:",
        "Op 24 nov. 2026, om 09:41 heeft Mia <s@x.example> het volgende geschreven:",
        "Den tis 24 nov. 2026 kl 09:41 skrev Mia <s@x.example>:",
        "tir. 24. nov. 2026 kl. 09.41 skrev Mia <s@x.example>:",
        "Den 24 nov. 2026 kl. 09:41 skrev Mia:",
        "út 24. 11. 2026 v 9:41 odesílatel Mia <s@x.example> napsal:",
        "2026년 11월 24일 (화) 오전 9:41, Mia <s@x.example>님이 작성:",
        "2026年11月24日(火) 9:41 Mia <s@x.example>:",
        "Mia <s@x.example>, 24 Kas 2026 Sal, 09:41 tarihinde şunu yazdı:",
        "Mia <s@x.example>, 24 Kas 2026 Sal, 09:41 tarihinde\nşunu yazdı:",
        "wt., 24 lis 2026 o 09:41 Mia <s@x.example>\nnapisał(a):",
        "On Tue, 24 Nov 2026 at 09:41, Mia of Sprocket\n<s@x.example> wrote:",
        "On Tuesday, Mia\nwrote:",
        "Hanna wrote:",
    ] {
        let (body, quoted) = parts(&format!("Thanks.\n\n{line}\n\n> Shall we?"));
        assert_eq!((&*body, quoted.lines().next()), ("Thanks.", line.lines().next()), "{line}");
    }
    for line in [
        "On the other hand, you said:",
        "Of the 2 that Tom has:",
        "We open at 10:00 and close at 12:00:",
        "It is 10:00 on 24.11.2026.\nYou ask:",
    ] {
        assert_eq!(parts(&format!("{line}\n\n> Shall we?")).0, line);
    }
}

#[test]
fn a_history_without_marks_is_known_by_the_line_above_it() {
    for line in [
        "    On Tuesday, 24 November 2026 at 09:41:00 CET, Mia <s@x.example> wrote:  ",
        "Am Dienstag, 24. November 2026 um 09:41:00 MEZ hat Mia <s@x.example> Folgendes geschrieben:",
        "Le mardi 24 novembre 2026 à 09:41:00 UTC+1, Mia <s@x.example> a écrit :",
    ] {
        assert_eq!(parts(&format!("Thanks.\n\n{line}\n \n Shall we?")).0, "Thanks.", "{line}");
    }
    is_shown("Thanks.\n\nOn 3 December Tom <t@x.example> wrote:\nShall we?");
    is_shown("On Tue, 24 Nov 2026 at 09:41, Mia <s@x.example> wrote:\n> Shall we?\nYes.");
}

/// Lines that looked at all that follow them would take hours.
#[test]
fn many_lines_of_a_kind_are_read_too() {
    for line in ["", "From: a", "Cc: a", "On 1 May 2026 at 10:00, a@x.example wrote:", "--", "> a"]
    {
        let text = format!("Hello\n{}", format!("{line}\n").repeat(100_000));
        let (body, quoted) = parts(&text);
        assert!(body.starts_with("Hello") && body.len() + quoted.len() <= text.len(), "{line}");
    }
}
