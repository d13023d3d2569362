// Leaves at once: the page is emptied first, its place in the history is taken by the next one, and Esc three times does it too.
const link = document.getElementById("leave");
const presses = 3;
const within = 2000; // milliseconds from the first press to the last
let times = [];

function leave() {
  document.title = "";
  document.body.replaceChildren();
  window.location.replace(link.href);
}

link.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    times = [];
    return;
  }
  times = [...times, event.timeStamp].slice(-presses);
  if (times.length === presses && event.timeStamp - times[0] < within) leave();
});
