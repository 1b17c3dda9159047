// Pictures that change from epoch to epoch. Python sends all of them once; the slider and Play cost no round trip.

const PACE = 900; // milliseconds an epoch

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".film");
  const own = (host.own ??= { built: null, at: 0, timer: null });
  own.send = setTriggerValue;
  own.data = data;
  if (own.built !== data.id) build(host, own);
  own.at = Math.min(data.at, data.stops.length - 1);
  paint(own);
  return () => stop(own);
}

function made(tag, name, text) {
  const one = document.createElement(tag);
  if (name) one.className = name;
  if (text !== undefined) one.textContent = text;
  return one;
}

function build(host, own) {
  const { data } = own;
  stop(own);
  own.built = data.id;
  own.play = made("button", "play");
  own.play.type = "button";
  own.play.onclick = () => (own.timer ? pause(own) : play(own));
  own.slider = made("input");
  own.slider.type = "range";
  own.slider.min = 0;
  own.slider.max = data.stops.length - 1;
  own.slider.setAttribute("aria-label", "Epoch");
  own.slider.oninput = () => {
    stop(own);
    own.at = Number(own.slider.value);
    paint(own);
  };
  own.slider.onchange = () => own.send("stop", own.at);
  own.when = made("span", "when");
  const player = made("div", "player");
  player.append(own.play, own.slider, own.when);
  own.shown = [];
  host.replaceChildren(player, ...data.rows.map((row) => line(own, row)));
}

function line(own, row) {
  const whole = made("section"), reels = made("div", "reels");
  whole.append(made("h4", "", row.title), reels);
  for (const reel of row.reels) {
    const figure = made("figure"), picture = made("img"), words = made("small");
    const caption = made("figcaption");
    caption.append(made("b", "", reel.title), words);
    figure.append(picture, caption);
    reels.append(figure);
    own.shown.push({ reel, picture, words, title: `${reel.title}, ${row.title}` });
  }
  return whole;
}

function paint(own) {
  const { stops } = own.data;
  own.slider.value = own.at;
  own.slider.setAttribute("aria-valuetext", stops[own.at]);
  own.when.textContent = stops[own.at];
  own.play.textContent = own.timer ? "Pause" : "Play";
  for (const { reel, picture, words, title } of own.shown) {
    const there = reel.frames[own.at];
    picture.hidden = !there;
    if (there) picture.src = there;
    picture.alt = `${title}: ${stops[own.at]}`;
    words.textContent = reel.words[own.at];
  }
}

function play(own) {
  const last = own.data.stops.length - 1;
  if (own.at >= last) own.at = 0;
  own.timer = setInterval(() => {
    own.at += 1;
    if (own.at >= last) pause(own);
    else paint(own);
  }, Math.min(PACE, 20000 / last));
  paint(own);
}

function stop(own) {
  clearInterval(own.timer);
  own.timer = null;
}

function pause(own) {
  stop(own);
  paint(own);
  own.send("stop", own.at);
}
