// Leaves at once: the page is emptied first, its place in the history is taken by the next one, and Esc three times does it too.
const presses = 3;
const within = 2000; // milliseconds from the first press to the last
let times = [];

function leave(address) {
  document.dispatchEvent(new Event("leave"));
  document.title = "";
  document.body.replaceChildren();
  window.location.replace(address);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("#leave");
  if (!link) return;
  event.preventDefault();
  leave(link.href);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    times = [];
    return;
  }
  times = [...times, event.timeStamp].slice(-presses);
  if (times.length === presses && event.timeStamp - times[0] < within) leave(document.getElementById("leave").href);
});
