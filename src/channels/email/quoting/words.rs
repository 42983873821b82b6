//! The words by which programs, and people, say what is quoted, in lower case.

/// What stands between dashes in a line of its own before the mail that is answered.
pub const ORIGINALS: &[&str] = &[
    "original message",
    "ursprüngliche nachricht",
    "originalnachricht",
    "original-nachricht",
    "message d'origine",
    "message d’origine",
    "message original",
    "mensaje original",
    "mensagem original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "ursprungligt meddelande",
    "originalmeddelande",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "alkuperäinen viesti",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "původní zpráva",
    "pôvodná správa",
    "eredeti üzenet",
    "исходное сообщение",
    "orijinal mesaj",
    "özgün ileti",
    "原始邮件",
    "原始郵件",
    "元のメッセージ",
    "원본 메시지",
];

/// The ends of lines that tell who wrote what follows.
pub const WROTE: &[&str] = &[
    " wrote:",
    " wrote :",
    " schrieb:",
    " geschrieben:",
    " a écrit :",
    " a écrit:",
    " escribió:",
    " va escriure:",
    " ha scritto:",
    " schreef:",
    " het volgende geschreven:",
    " escreveu:",
    " skrev:",
    " skrev følgende:",
    " kirjoitti:",
    " napisał(a):",
    " napisał:",
    " napisała:",
    " napsal(a):",
    " napsal:",
    " napsala:",
    " napísal(a):",
    " írta:",
    " a scris:",
    " έγραψε:",
    " пишет:",
    " написал:",
    " написал(а):",
    " написал(-а):",
    " написав:",
    " yazdı:",
    "작성:",
    "写道：",
    "写道:",
    "寫道：",
    "寫道:",
];
/// The same where the name comes last.
pub const WRITES: &[&str] =
    &[" schrieb ", " schreef ", " skrev ", " napisał ", " napsal ", " odesílatel ", " пишет "];
/// The first words of such lines, which tell when it was.
pub const BEGUN: &[&str] = &[
    "on ", "am ", "le ", "el ", "il ", "op ", "em ", "den ", "dne ", "dňa ", "w dniu ", "pe ",
    "în ", "в ", "在 ", "於 ",
];

/// The labels of the lines by which programs name the mail that they quote.
pub struct Labels {
    pub from: &'static [&'static str],
    pub date: &'static [&'static str],
    pub to: &'static [&'static str],
    pub subject: &'static [&'static str],
}

const fn labels(
    from: &'static [&'static str],
    date: &'static [&'static str],
    to: &'static [&'static str],
    subject: &'static [&'static str],
) -> Labels {
    Labels { from, date, to, subject }
}

/// Them, a language each.
pub const LANGUAGES: &[Labels] = &[
    labels(&["from"], &["sent", "date"], &["to"], &["subject"]),
    labels(&["von"], &["gesendet", "gesendet am", "datum"], &["an"], &["betreff"]),
    labels(&["de"], &["envoyé", "envoyé le", "date"], &["à", "a"], &["objet", "sujet"]),
    labels(&["de"], &["enviado", "enviado el", "fecha"], &["para", "a"], &["asunto"]),
    labels(
        &["de"],
        &["enviada", "enviada em", "enviado", "enviado em", "data"],
        &["para"],
        &["assunto"],
    ),
    labels(&["da"], &["inviato", "inviato il", "data"], &["a"], &["oggetto"]),
    labels(&["van"], &["verzonden", "datum"], &["aan"], &["onderwerp"]),
    labels(&["från"], &["skickat", "datum"], &["till"], &["ämne"]),
    // Danish and Norwegian.
    labels(&["fra"], &["sendt", "dato"], &["til"], &["emne"]),
    labels(&["lähettäjä"], &["lähetetty", "päivämäärä", "päiväys"], &["vastaanottaja"], &["aihe"]),
    labels(&["od"], &["wysłano", "wysłane", "data"], &["do"], &["temat"]),
    labels(&["od"], &["odesláno", "datum"], &["komu"], &["předmět"]),
    labels(&["od"], &["odoslané", "dátum"], &["komu"], &["predmet"]),
    labels(&["feladó"], &["elküldve", "küldve", "dátum"], &["címzett"], &["tárgy"]),
    labels(&["de la", "from"], &["trimis", "data"], &["către", "catre"], &["subiect"]),
    labels(&["από"], &["στάλθηκε", "ημερομηνία"], &["προς"], &["θέμα"]),
    labels(&["от", "от кого"], &["отправлено", "дата"], &["кому"], &["тема"]),
    labels(&["від"], &["надіслано", "дата"], &["кому"], &["тема"]),
    labels(
        &["gönderen", "kimden"],
        &["gönderildi", "gönderme tarihi", "tarih"],
        &["kime", "alıcı"],
        &["konu"],
    ),
    labels(&["发件人"], &["发送时间", "发送日期", "日期", "时间"], &["收件人"], &["主题"]),
    labels(
        &["寄件者", "寄件人"],
        &["寄件日期", "傳送時間", "日期"],
        &["收件者", "收件人"],
        &["主旨", "主題"],
    ),
    labels(&["差出人", "送信者"], &["送信日時", "日時", "日付"], &["宛先"], &["件名"]),
    labels(&["보낸 사람", "발신"], &["보낸 날짜", "날짜"], &["받는 사람", "수신"], &["제목"]),
];

/// The labels that may stand among them, in whatever language.
pub const OTHERS: &[&str] = &[
    "cc",
    "bcc",
    "cci",
    "cco",
    "ccn",
    "copie",
    "copie à",
    "kopie",
    "kopia",
    "kopi",
    "kopio",
    "dw",
    "másolat",
    "копия",
    "копія",
    "bilgi",
    "抄送",
    "副本",
    "참조",
    "reply-to",
    "antwort an",
    "importance",
    "wichtigkeit",
    "priority",
    "priorität",
    "attachments",
    "anlagen",
];

/// The first words of a subject of what is handed on.
pub const FORWARDED: &[&str] = &[
    "fwd:", "fw:", "wg:", "tr:", "rv:", "enc:", "doorst:", "i:", "vb:", "pd:", "vl:", "转发",
    "轉寄",
];
/// Those that answer in Finnish, and hand on in Danish and Norwegian.
pub const EITHER: &[&str] = &["vs:"];
/// What stands before a mail that is handed on.
pub const FORWARDS: &[&str] = &[
    "---------- forwarded message",
    "begin forwarded message",
    "anfang der weitergeleiteten",
    "-------- weitergeleitete nachricht",
    "début du message",
    "inicio del mensaje reenviado",
    "inizio messaggio inoltrato",
    "begin doorgestuurd bericht",
    "vidarebefordrat brev",
];

/// How people begin what they add below their name.
pub const AFTERTHOUGHTS: &[&str] =
    &["p.s", "p. s", "ps:", "ps.", "ps ", "ps,", "p.d", "pd:", "pd.", "n.b", "nb:", "nb.", "з.ы"];
