// On a phone the settings scroll sideways: begin at the page one is on.
document.querySelector(".side-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
