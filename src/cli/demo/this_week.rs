//! The demo's conversations of today and the days before.

use super::data::Inbox::{Shop, Wholesale, Workshop};
use super::data::Step::*;
use super::data::Who::{Ana, Gil, Mia};
use super::data::{Tale, ago};

// One line per thing said.
#[rustfmt::skip]
pub const TALES: &[Tale] = &[
    Tale { name: "Hanna Lindqvist", email: "hanna.lindqvist@velo.example", phone: "+46 70 555 01 42", company: "", inbox: Workshop, steps: &[
        (64, Customer("Hi! I bent the rear hanger of my 2022 Topstone Carbon 3 on the way to work. Is K33049 the right one?\n\nIt has to be here by Thursday, there is a race on Saturday.")),
        (58, Claim(Gil)),
        (54, Reply(Gil, "Hello Hanna, thanks for the frame number. It looks right, but there are two versions with different bolt spacing. I am asking my colleague who knows that frame.")),
        (53, Note(Gil, "Ana, you fitted one of these last week. Older one or UDH? We have two left, bin C14.")),
        (52, Assign(Gil, Ana)),
        (33, Reply(Ana, "Hi Hanna, Ana from the workshop. Yours is the older one: if the two bolts are **17 mm** apart, *K33049* is right. Could you measure from centre to centre?")),
        (4, Customer("17 mm exactly. That’s the one! Could you add two M5 bolts as well? Mine are a bit chewed up.")),
    ] },
    Tale { name: "Declan O’Byrne", email: "declan@obyrne.example", phone: "", company: "", inbox: Shop, steps: &[
        (9, Customer("Is the 11–34 cassette back in stock? The page says “soon” since last week.")),
        (7, Customer("11-speed, I mean. Sorry, should have said.")),
    ] },
    Tale { name: "Priya Raman", email: "priya.raman@post.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(0, 3, 10), Customer("Hello, order 20418 came today. I ordered resin brake pads, the box has sintered ones. Same part number on the bag, but they are clearly metal.")),
        (ago(0, 3, 2), Claim(Mia)),
        (ago(0, 2, 50), TakeOver(Gil)),
        (ago(0, 2, 49), Note(Gil, "Third one from this batch. I am pulling the rest from the shelf before we send more.")),
        (ago(0, 2, 30), Reply(Gil, "Hello Priya, I am sorry. The supplier mixed up a whole batch and you are one of three people who got it. The resin ones leave today, and please keep the sintered pair.")),
        (19, Customer("Oh, that is kind, thank you! Will they be here before the weekend?")),
    ] },
    Tale { name: "Élodie Marchetti", email: "elodie@marchetti.example", phone: "+33 6 39 98 55 12", company: "", inbox: Shop, steps: &[
        (23, Customer("Bonjour, est-ce que la commande 20431 peut arriver à Lyon avant vendredi ? C’est un cadeau pour mon père, et son anniversaire est samedi…")),
    ] },
    Tale { name: "Tomasz Wieczorek", email: "t.wieczorek@poczta.example", phone: "", company: "", inbox: Workshop, steps: &[
        (ago(1, 2, 0), Customer("The freehub of the wheels I bought in September ticks after 300 km. Only uphill and under load. Is that normal?")),
        (ago(1, 1, 40), Claim(Ana)),
        (ago(1, 1, 30), Reply(Ana, "Hello Tomasz, it should not. It may be dry pawls, or a spring that sits wrong. Could you make a short video with sound while somebody pushes the pedals by hand?")),
        (ago(0, 20, 0), Customer("I will try tomorrow, my daughter has the phone.")),
        (41, Customer("Here is the video you asked for. You hear it best from second 12:\nhttps://videos.example/w/4tYc0pRkQv")),
    ] },
    Tale { name: "Pedalwerk Workshop", email: "einkauf@pedalwerk.example", phone: "+49 30 555 0117", company: "Pedalwerk GmbH", inbox: Wholesale, steps: &[
        (ago(0, 3, 20), Customer("Good morning, we need 40 chains, 11-speed, for the rental fleet. What is your price, and could we pay on invoice?")),
        (ago(0, 2, 40), Claim(Mia)),
        (ago(0, 2, 20), Reply(Mia, "Good morning! For 40 pieces of the KMC X11 it is 17.90 each, and invoice at 30 days is fine.")),
        (62, Customer("Fine by us. When can you deliver? We would like to fit them before the weekend.")),
    ] },
    Tale { name: "Maximiliane-Theodora von Hohenstein-Wartenberg", email: "mtvhw@hohenstein-wartenberg.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(0, 2, 5), Customer("https://sprocket.example/basket/restore?token=9fK2xQ81mZ7YbT4cWvN0aLrE6uJd3GsHpQiXo5 does not open on my phone. I only see a white page. On the computer it works, but there the basket is empty.")),
    ] },
    Tale { name: "Yuki Tanabe", email: "yuki.tanabe@mail.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(2, 4, 0), Customer("Hello, I would like to return the bar tape, the colour is more orange than in the picture. It is still in the box.")),
        (ago(2, 3, 0), Claim(Gil)),
        (ago(2, 2, 50), Reply(Gil, "Hello Yuki, of course. The label is on its way to your address; drop the parcel anywhere with the yellow sign. The money is back within two days after that.")),
        (ago(0, 3, 0), Customer("Received, thank you very much! ありがとうございます。")),
    ] },
    Tale { name: "Sam Whitlock", email: "sam@whitlock.example", phone: "+44 7700 900412", company: "", inbox: Workshop, steps: &[
        (ago(0, 6, 0), Customer("Which bottom bracket standard do I need? The frame is a 2019 Kona Rove.")),
        (ago(0, 5, 50), Claim(Ana)),
        (ago(0, 5, 40), Reply(Ana, "Hi Sam, the Rove had two in that year. Steel frame or aluminium?")),
        (ago(0, 5, 5), Customer("Steel, the dark green one. So BSA I think?")),
    ] },
    Tale { name: "Noor Haddad", email: "noor@haddad-studio.example", phone: "", company: "Haddad Studio", inbox: Wholesale, steps: &[
        (ago(0, 8, 30), Customer("Could you add NL8542 to the invoice of 12 November? Our bookkeeping does not take it without the VAT number.")),
        (ago(0, 8, 0), Assign(Gil, Mia)),
    ] },
    Tale { name: "Jonas Okafor", email: "jonas.okafor@rad.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(2, 7, 0), Customer("Moin, die Ventile vom Tubeless-Kit sind zu kurz. Ich habe tiefe Felgen und brauche 60 mm. Kann ich tauschen?")),
        (ago(2, 6, 30), Claim(Ana)),
        (ago(2, 6, 20), Reply(Ana, "Moin Jonas, klar. Die 60er liegen hier, ich lege sie dir in einen Umschlag. Die kurzen darfst du behalten, die passen irgendwann an ein anderes Rad.")),
        (ago(2, 6, 0), Customer("Super, danke dir! Kostet das extra?")),
        (ago(2, 5, 50), Reply(Ana, "Nein. Gute Fahrt!")),
        (ago(1, 22, 0), Customer("Noch eine Frage: wie viel Dichtmilch nehmt ihr bei 45 mm?")),
    ] },
    Tale { name: "Léa Fontaine", email: "lea.fontaine@courriel.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(3, 2, 0), Customer("Hello! What are your opening hours around Christmas? I would like to bring my bike on the 27th.")),
        (ago(3, 1, 0), Claim(Gil)),
        (ago(3, 0, 55), Snooze(Gil, 20)),
    ] },
    Tale { name: "Mateo Herrera", email: "mateo.herrera@correo.example", phone: "+34 655 555 019", company: "", inbox: Shop, steps: &[
        (33, Customer("Hola, me han cobrado dos veces el pedido 20427 (dos cargos de 64,90 € el día 14). ¿Lo podéis mirar, por favor?")),
        (31, Customer("Si hace falta os mando el extracto del banco.")),
    ] },
    Tale { name: "Ingrid Solberg", email: "ingrid@fjordtouring.example", phone: "+47 915 55 088", company: "Fjord Touring", inbox: Wholesale, steps: &[
        (ago(1, 5, 0), Customer("Hi Mia, for the spring season we plan 24 touring bikes. We need per bike: 2 Ortlieb-compatible rails, 1 dynamo light set, 3 spare tubes (29 × 2.2), 1 chain, 2 pairs of pads.\n\nCould you make one offer for all of it, delivered to Bergen in the first week of March? Last year it was two parcels and customs asked about each of them separately, which cost us a week.")),
        (ago(1, 4, 30), Claim(Mia)),
        (ago(1, 4, 0), Reply(Mia, "Hi Ingrid, lovely to hear from you. I will put it on one pallet with one invoice this time. The lights have a new price from January; I am asking for the old one and come back to you tomorrow.")),
        (ago(0, 4, 30), Note(Mia, "Supplier holds the old light price until Friday if we order 24. Gil, is that all right?")),
        (ago(0, 4, 0), Note(Gil, "Yes, go ahead.")),
        (ago(0, 3, 40), Reply(Mia, "Good news: the old price holds. The offer is 4,312.00 for everything, on one pallet, one customs paper, leaving on 26 February. Shall I book it?")),
    ] },
    Tale { name: "Chidi Nwosu", email: "chidi.nwosu@inbox.example", phone: "", company: "", inbox: Shop, steps: &[
        (52, Customer("Hey! Quick one: does the Kestrel saddle come in a wider version than 143?")),
    ] },
    Tale { name: "Aylin Yılmaz", email: "aylin@yilmaz.example", phone: "", company: "", inbox: Workshop, steps: &[
        (ago(0, 1, 35), Customer("My son’s 20-inch bike has a wobbly front wheel. Do you true children’s wheels too, and could we wait for it?")),
        (ago(0, 1, 20), Claim(Mia)),
        (ago(0, 1, 15), Reply(Mia, "Hello Aylin, we do, and it takes about twenty minutes. Come by any day before five, no appointment needed. There is cocoa.")),
        (ago(0, 1, 5), Customer("Then tomorrow at four. He is very happy about the cocoa.")),
    ] },
    Tale { name: "Rental desk, Harbour Bikes", email: "desk@harbourbikes.example", phone: "+31 20 555 0161", company: "Harbour Bikes", inbox: Wholesale, steps: &[
        (ago(0, 11, 0), Customer("Two of the 30 helmets from Monday have a broken buckle. Serial numbers HB-2219 and HB-2231. Replacement or credit, whichever is less work for you.")),
    ] },
    Tale { name: "Oskar Berg", email: "oskar.berg@post.example", phone: "", company: "", inbox: Workshop, steps: &[
        (ago(4, 0, 0), Customer("The bike is ready according to your mail, but I am in Malmö until the 3rd. Is it all right if it stays with you that long?")),
        (ago(3, 22, 0), Claim(Ana)),
        (ago(3, 21, 50), Reply(Ana, "No problem at all, Oskar. It hangs in the back, on hook 7. See you on the 3rd.")),
        (ago(3, 21, 45), Snooze(Ana, 6 * 24)),
    ] },
    Tale { name: "Freya Nielsen", email: "freya.nielsen@mail.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(0, 14, 0), Customer("I wrote a review and it is not there. Do you delete the bad ones?")),
        (ago(0, 13, 0), Claim(Mia)),
        (ago(0, 12, 50), Release(Mia)),
        (ago(0, 12, 49), Note(Mia, "I do not know how reviews are checked. Gil?")),
    ] },
    Tale { name: "Ravi Patel", email: "ravi@patel.example", phone: "+44 7700 900655", company: "", inbox: Shop, steps: &[
        (ago(1, 9, 0), Customer("The tracking page has not moved for nine days. Order 20377. Has it been lost?")),
        (ago(1, 8, 30), Claim(Gil)),
        (ago(1, 8, 20), Note(Gil, "Carrier: last scan Hamburg, declared missing since this morning. Insured.")),
        (ago(1, 8, 0), Reply(Gil, "Hi Ravi, I am sorry, the carrier has lost it. I sent everything again by express this minute. If the first one turns up after all, keep it as a thank-you for your patience, or send it back at our expense.")),
        (ago(0, 9, 0), Customer("Wow, I did not expect that. Thanks, Gil.")),
        (ago(0, 8, 45), Resolve(Gil)),
    ] },
];
