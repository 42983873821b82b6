//! What made-up customers and members write.

use crate::cli::random::Random;

pub const FIRST: [&str; 24] = [
    "Hanna", "Declan", "Priya", "Élodie", "Tomasz", "Yuki", "Sam", "Noor", "Jonas", "Léa", "Mateo",
    "Ingrid", "Chidi", "Sofia", "Lukas", "Aylin", "Oskar", "Marta", "Ravi", "Freya", "Ibrahim",
    "Nadia", "Pieter", "Zoë",
];

pub const LAST: [&str; 24] = [
    "Lindqvist",
    "O’Byrne",
    "Raman",
    "Marchetti",
    "Wieczorek",
    "Tanabe",
    "Whitlock",
    "Haddad",
    "Okafor",
    "Fontaine",
    "Herrera",
    "Solberg",
    "Nwosu",
    "Almeida",
    "Brandt",
    "Yılmaz",
    "Berg",
    "Kowalska",
    "Patel",
    "Nielsen",
    "Diallo",
    "Petrova",
    "de Vries",
    "Keller",
];

pub const COMPANIES: [&str; 8] = [
    "Pedalwerk GmbH",
    "Northside Couriers",
    "Vélo Lyon",
    "City Bike Rental",
    "Kestrel Cycles",
    "Cargo Collective",
    "Fjord Touring",
    "Two Wheels Ltd",
];

const OPENINGS: [&str; 6] =
    ["Hi!", "Hello,", "Good morning,", "Hey there,", "Bonjour,", "Hi again."];

const CUSTOMER: [&str; 20] = [
    "My order has been on its way for nine days and the tracking page has not moved since Monday.",
    "Is the 11–34 cassette back in stock? The page says “soon” since last week.",
    "The freehub started ticking after about 300 km, mostly uphill and under load.",
    "I ordered resin pads and the box has sintered ones in it.",
    "Could you add my VAT number to the invoice? The bookkeeping will not take it without.",
    "The frame is from 2019, so I think the bottom bracket is a threaded one.",
    "The valves of the kit are too short for deep rims; I need 60 mm.",
    "Can I still change the delivery address? It has not been sent yet, has it?",
    "Thank you, that was quick.",
    "I measured again: it is 17 mm from centre to centre.",
    "What would forty chains cost, on invoice?",
    "The link in the mail does not open on my phone.",
    "Which tyre pressure do you recommend for 40 mm on gravel? I weigh 82 kg with bags.",
    "The return label cannot be printed, the file is empty.",
    "It arrived today, but the box was open and the bell is missing.",
    "Do you have opening hours between the holidays?",
    "The shop charged me twice, see the two lines of the 14th.",
    "I would like to pick it up on Thursday if that works for you.",
    "Is the saddle also made in the wider version?",
    "Perfect, that was all I wanted to know.",
];

const REPLY: [&str; 16] = [
    "Thanks for writing. I looked it up: the parcel left us on Tuesday and the carrier has it in Hamburg.",
    "It will be back on the 24th. Shall I put one aside for you?",
    "That sounds like the pawl springs. Could you send a short video, so that I can hear it?",
    "I am sorry about that. The right ones leave today, and you may keep the others.",
    "Done, the new invoice is in your account.",
    "Then it is a BSA bracket, 68 mm. The one you looked at fits.",
    "We have them with 60 mm valves as well. I can change the order, it costs the same.",
    "Yes, it is still here. What is the new address?",
    "You are welcome. Have a good ride!",
    "For forty pieces it is 17.90 each, and paying on invoice at 30 days is fine.",
    "I would start with 2.8 bar at the back and 2.6 in front, and go down from there.",
    "Here is a new label. If it does not open either, I will send it by post.",
    "The second charge was a reservation only; it falls away within three days.",
    "Thursday from ten is fine. Please bring the order number.",
    "Only in 143 mm, I am afraid. The maker promises a wider one for spring.",
    "Let me ask the workshop and come back to you this afternoon.",
];

const NOTE: [&str; 6] = [
    "Two left, bin C14.",
    "Carrier says the scan in Hamburg is wrong, it is in Bremen.",
    "Third time this month with this batch. I told purchasing.",
    "Good customer, be generous.",
    "Refund is approved.",
    "I will call them tomorrow before ten.",
];

pub fn customer(random: &mut Random) -> String {
    let opening = if random.percent(40) { random.pick(&OPENINGS) } else { "" };
    sentences(random, &CUSTOMER, opening)
}

pub fn reply(random: &mut Random) -> String {
    sentences(random, &REPLY, "")
}

pub fn note(random: &mut Random) -> String {
    (*random.pick(&NOTE)).to_owned()
}

/// One to three sentences; sometimes with a paragraph in between.
fn sentences(random: &mut Random, from: &[&str], opening: &str) -> String {
    let mut text = opening.to_owned();
    for _ in 0..random.between(1, 3) {
        if !text.is_empty() {
            text.push_str(if random.percent(20) { "\n\n" } else { " " });
        }
        text.push_str(random.pick::<&str>(from));
    }
    text
}
