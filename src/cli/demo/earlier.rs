//! The demo's conversations of the two weeks before.

use super::data::Inbox::{Shop, Wholesale, Workshop};
use super::data::Step::*;
use super::data::Who::{Ana, Gil, Mia};
use super::data::{Tale, ago};

// One line per thing said.
#[rustfmt::skip]
pub const TALES: &[Tale] = &[
    Tale { name: "Marta Kowalska", email: "marta.kowalska@poczta.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(5, 3, 0), Customer("Dzień dobry, czy wysyłacie do Polski? Nie widzę mojego kraju na liście.")),
        (ago(5, 2, 0), Claim(Mia)),
        (ago(5, 1, 55), Reply(Mia, "Dzień dobry! We do, the list only shows it after you choose “Europe” first. Shipping is 9.90 and takes three days. I answer in English, but please go on in Polish if you like.")),
        (ago(5, 1, 0), Customer("Znalazłam, dziękuję bardzo!")),
        (ago(5, 0, 50), Resolve(Mia)),
    ] },
    Tale { name: "Lukas Brandt", email: "lukas.brandt@rad.example", phone: "+49 171 555 0190", company: "", inbox: Workshop, steps: &[
        (ago(5, 6, 0), Customer("Servus, meine hydraulische Bremse zieht Luft. Entlüften lassen oder ist was undicht? Zug ist weich nach jeder zweiten Fahrt.")),
        (ago(5, 5, 0), Claim(Ana)),
        (ago(5, 4, 50), Reply(Ana, "Servus Lukas, nach jeder zweiten Fahrt klingt nach einer Dichtung am Hebel. Bring sie vorbei, ich schaue am Freitag drauf. Entlüften allein hilft da nur für ein paar Tage.")),
        (ago(4, 20, 0), Customer("Passt, Freitag um 9.")),
        (ago(3, 2, 0), Note(Ana, "It was the lever seal. Replaced, bled, 38.00. Warranty until May.")),
        (ago(3, 1, 50), Reply(Ana, "Fertig! Es war die Dichtung am Hebel. Du kannst es jederzeit abholen.")),
        (ago(2, 23, 0), Customer("Abgeholt, bremst wie neu. Danke!")),
        (ago(2, 22, 0), Resolve(Ana)),
    ] },
    Tale { name: "Sofia Almeida", email: "sofia.almeida@correio.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(4, 8, 0), Customer("Olá! Which lock do you recommend for leaving a bike outside a station all day?")),
        (ago(4, 7, 0), Claim(Mia)),
        (ago(4, 6, 55), Reply(Mia, "Olá Sofia! For a whole day at a station I would take two different ones: the Granit 540 through frame and rear wheel, and any cable for the front. Thieves like to bring one tool only.")),
        (ago(4, 6, 0), Customer("Two it is. Obrigada!")),
        (ago(4, 5, 50), Resolve(Mia)),
    ] },
    Tale { name: "Northside Couriers", email: "ops@northside.example", phone: "+44 20 5550 0133", company: "Northside Couriers", inbox: Wholesale, steps: &[
        (ago(6, 4, 0), Customer("We have 14 riders and go through about 30 pairs of pads a month. Is there a standing order with you?")),
        (ago(6, 3, 0), Claim(Mia)),
        (ago(6, 2, 50), Reply(Mia, "There is: every first Monday, change or pause it whenever you like, 12 % off. Which pads do you use?")),
        (ago(6, 1, 0), Customer("Mostly B05S, a few L05A. Say 24 and 6.")),
        (ago(6, 0, 30), Reply(Mia, "Set up, the first box leaves on the 1st. You will get a mail two days before each one.")),
        (ago(5, 22, 0), Resolve(Mia)),
        (ago(2, 3, 0), Customer("Could we make it 30 and 6 from January? We are hiring.")),
    ] },
    Tale { name: "Ibrahim Diallo", email: "ibrahim.diallo@courriel.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(7, 5, 0), Customer("Le lien de retour ne s’ouvre pas, le fichier est vide.")),
        (ago(7, 4, 0), Claim(Gil)),
        (ago(7, 3, 50), Reply(Gil, "Bonjour Ibrahim, désolé ! Voici une nouvelle étiquette : https://sprocket.example/r/20311. Si elle ne s’ouvre pas non plus, je vous l’envoie par la poste.")),
        (ago(7, 2, 0), Customer("Celle-ci marche. Merci.")),
        (ago(7, 1, 50), Resolve(Gil)),
    ] },
    Tale { name: "Nadia Petrova", email: "nadia@petrova.example", phone: "", company: "", inbox: Workshop, steps: &[
        (ago(8, 6, 0), Customer("Hello, what does a full service cost for a cargo bike with a belt and a hub gear? It has about 6,000 km and never saw a workshop. I feel a bit guilty about that.")),
        (ago(8, 5, 0), Claim(Ana)),
        (ago(8, 4, 50), Reply(Ana, "Hello Nadia, no need to feel guilty, belts are patient. 140.00 with an oil change of the hub and new pads. If the belt is worn we call you before we order one.")),
        (ago(8, 3, 0), Customer("That is less than I feared. When?")),
        (ago(8, 2, 50), Reply(Ana, "Tuesday or Wednesday next week, and you get a loan bike with a box.")),
        (ago(8, 1, 0), Customer("Wednesday, please, with the loan bike.")),
        (ago(8, 0, 55), Snooze(Ana, 30)),
    ] },
    Tale { name: "Pieter de Vries", email: "pieter@devries.example", phone: "+31 6 5550 1717", company: "", inbox: Shop, steps: &[
        (ago(9, 2, 0), Customer("Is the bike stand suitable for carbon frames? I am afraid of the clamp.")),
        (ago(9, 1, 30), Claim(Mia)),
        (ago(9, 1, 20), Reply(Mia, "Hi Pieter, clamp it at the seatpost and you are safe, never at the frame. With an aero post use the axle adapter, it is in the box.")),
        (ago(9, 0, 30), Customer("Clear, thanks. Ordered.")),
        (ago(9, 0, 20), Resolve(Mia)),
    ] },
    Tale { name: "Zoë Keller", email: "zoe.keller@mail.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(9, 8, 0), Customer("My voucher SPROCKET10 says “expired”, but it is valid until the end of the year.")),
        (ago(9, 7, 0), Claim(Mia)),
        (ago(9, 6, 50), Note(Mia, "Year of the voucher is set to last year. There must be more of these.")),
        (ago(9, 6, 40), Assign(Mia, Gil)),
        (ago(9, 5, 0), Reply(Gil, "Hello Zoë, you are right, our mistake: we had typed the wrong year. It works now, and so do the other 211. Thank you for telling us.")),
        (ago(9, 4, 0), Customer("Haha, glad I wrote then. It works!")),
        (ago(9, 3, 50), Resolve(Gil)),
    ] },
    Tale { name: "Kestrel Cycles", email: "hello@kestrelcycles.example", phone: "", company: "Kestrel Cycles", inbox: Wholesale, steps: &[
        (ago(10, 3, 0), Customer("Hi, our account still shows the old address (Mill Lane). We moved to 4 Quayside in October.")),
        (ago(10, 2, 0), Claim(Gil)),
        (ago(10, 1, 50), Reply(Gil, "Changed, for invoices and for parcels. Good luck in the new place!")),
        (ago(10, 1, 45), Resolve(Gil)),
    ] },
    Tale { name: "Anonymous", email: "", phone: "", company: "", inbox: Shop, steps: &[
        (ago(10, 9, 0), Customer("hi")),
        (ago(10, 8, 58), Customer("anyone there?")),
        (ago(10, 8, 50), Claim(Mia)),
        (ago(10, 8, 49), Reply(Mia, "Hello! Yes, I am here. How can I help?")),
        (ago(8, 8, 0), Resolve(Mia)),
    ] },
    Tale { name: "Vélo Lyon", email: "achats@velolyon.example", phone: "+33 4 55 50 01 28", company: "Vélo Lyon", inbox: Wholesale, steps: &[
        (ago(11, 4, 0), Customer("Bonjour, nous attendons toujours l’avoir de septembre (facture F-20188, 86,40 €). Merci de vérifier.")),
        (ago(11, 3, 0), Assign(Gil, Mia)),
        (ago(11, 1, 0), Reply(Mia, "Bonjour, vous avez raison, il était resté chez nous. L’avoir est parti ce matin, référence A-20188.")),
        (ago(10, 22, 0), Customer("Bien reçu, bonne journée.")),
        (ago(10, 21, 0), Resolve(Mia)),
    ] },
    Tale { name: "Gwendolyn Ashworth", email: "g.ashworth@letters.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(11, 7, 0), Customer("Dear Sir or Madam,\n\nI am writing with regard to the wicker basket which I purchased from you on the second of this month. I should like to begin by saying that it is a very handsome basket indeed, and that my neighbour, who has cycled for sixty-one years, has admired it on two occasions.\n\nHowever, the leather straps with which it is to be attached to the handlebar are, I fear, a good inch too short for a handlebar of the older kind. I have tried with string, which is neither dignified nor safe.\n\nMight it be possible to purchase a longer pair? I enclose, in spirit, a stamped envelope.\n\nYours faithfully,\nG. Ashworth (Mrs)")),
        (ago(11, 6, 0), Claim(Ana)),
        (ago(11, 5, 30), Reply(Ana, "Dear Mrs Ashworth,\n\nwhat a pleasure to read. The maker has straps of 28 centimetres for exactly this case, and a pair is in the post to you with our compliments. Please let us know what your neighbour thinks.\n\nWith kind regards,\nAna Silva")),
        (ago(7, 6, 0), Customer("Dear Miss Silva,\n\nthe straps have arrived and fit perfectly. My neighbour says that in his day one had to make them oneself.\n\nG. A.")),
        (ago(7, 5, 0), Resolve(Ana)),
    ] },
    Tale { name: "Tobias Engel", email: "tobias.engel@rad.example", phone: "", company: "", inbox: Workshop, steps: &[
        (ago(12, 2, 0), Customer("Habt ihr am Samstag auch auf? Google sagt ja, eure Seite sagt nein.")),
        (ago(12, 1, 0), Claim(Ana)),
        (ago(12, 0, 55), Reply(Ana, "Der Laden ja, von 10 bis 14 Uhr. Die Werkstatt nicht. Danke für den Hinweis, die Seite stimmt jetzt.")),
        (ago(12, 0, 50), Resolve(Ana)),
    ] },
    Tale { name: "Hyun-woo Park", email: "hw.park@mail.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(12, 6, 0), Customer("Does the head unit mount fit a 35 mm bar? The drawing says 31.8 but the text says both 🤔")),
        (ago(12, 5, 0), Claim(Mia)),
        (ago(12, 4, 55), Reply(Mia, "The drawing is right, sorry: 31.8 only. There is a version for 35, three euros more: number 4471.")),
        (ago(12, 4, 0), Customer("👍 ordered")),
        (ago(12, 3, 55), Resolve(Mia)),
    ] },
    Tale { name: "Cargo Collective", email: "team@cargocollective.example", phone: "", company: "Cargo Collective", inbox: Wholesale, steps: &[
        (ago(13, 3, 0), Customer("We would like demo wheels for the shop window again, like in October. Any chance?")),
        (ago(13, 2, 0), Claim(Gil)),
        (ago(13, 1, 50), Reply(Gil, "Sure. The pair comes back from Pedalwerk on the 20th; I will send it on to you.")),
        (ago(13, 1, 0), Snooze(Gil, 3 * 24)),
    ] },
    Tale { name: "Beatriz Fonseca", email: "beatriz@fonseca.example", phone: "+351 912 555 014", company: "", inbox: Shop, steps: &[
        (ago(13, 8, 0), Customer("I typed the wrong house number (14 instead of 41). Order 20299. Can you still change it?")),
        (ago(13, 7, 55), Claim(Mia)),
        (ago(13, 7, 50), Reply(Mia, "Just in time, it was already on the trolley. 41 it is.")),
        (ago(13, 7, 40), Customer("You are the best 💛")),
        (ago(13, 7, 35), Resolve(Mia)),
    ] },
    Tale { name: "Emil Sørensen", email: "emil@sorensen.example", phone: "", company: "", inbox: Workshop, steps: &[
        (ago(6, 9, 0), Customer("The e-bike shows error E-021 and stops helping after five minutes. It is fine again after a restart.")),
        (ago(6, 8, 0), Claim(Ana)),
        (ago(6, 7, 50), Reply(Ana, "Hi Emil, E-021 is the speed sensor. Look at the magnet on the rear spoke: it should pass the sensor with 5 to 15 mm between them. They like to slip.")),
        (ago(6, 6, 0), Customer("It had slipped! 25 mm. Pushed it back and it works. Thank you so much, I was afraid of the motor.")),
        (ago(6, 5, 55), Resolve(Ana)),
    ] },
    Tale { name: "Rosa Delgado", email: "rosa.delgado@correo.example", phone: "", company: "", inbox: Shop, steps: &[
        (ago(3, 4, 0), Customer("¿Tenéis guantes de invierno en talla XS? En la web solo veo desde S.")),
        (ago(3, 3, 0), Claim(Mia)),
        (ago(3, 2, 50), Reply(Mia, "Hola Rosa, en XS los tendremos la semana que viene, en negro y en amarillo. ¿Te guardo un par?")),
        (ago(2, 20, 0), Customer("¡Sí, por favor! En amarillo.")),
        (ago(2, 19, 0), Reply(Mia, "Hecho, te aviso cuando lleguen.")),
    ] },
    Tale { name: "Walter Kühn", email: "walter.kuehn@post.example", phone: "", company: "", inbox: Workshop, steps: &[
        (ago(1, 12, 0), Customer("Guten Tag, mein Kettenblatt eiert. Kann man das richten oder muss es neu? Es ist ein altes Stronglight mit 122er Lochkreis, da finde ich nichts mehr.")),
    ] },
    Tale { name: "City Bike Rental", email: "fleet@citybike.example", phone: "+43 1 555 0172", company: "City Bike Rental", inbox: Wholesale, steps: &[
        (ago(14, 1, 0), Customer("Please send us the year’s statement for our books: all invoices from January to October in one file.")),
        (ago(13, 22, 0), Claim(Gil)),
        (ago(13, 21, 0), Reply(Gil, "It is in your account under Documents: 31 invoices and two credit notes. If your bookkeeping wants another form, tell me which.")),
        (ago(13, 19, 0), Customer("PDF is perfect.")),
        (ago(13, 18, 50), Resolve(Gil)),
    ] },
];
