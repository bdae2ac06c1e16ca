// What cannot be done is said above the view that stays, as the server says it there: the title, and what would work.
import { words } from "./words.js"

export class Refused extends Error {
  constructor(title, message) {
    super(message)
    this.title = title
  }
}

// Of an answer that is no picture or page; that of a proxy has no sentence of ours.
export async function refusalIn(response) {
  const { title, message } = await response.json().catch(() => ({}))
  return new Refused(title, message ?? words("refused", { status: response.status }))
}

export function showRefusal({ title, message }) {
  const place = document.querySelector("#error") ?? made()
  place.className = "error"
  place.setAttribute("role", "alert")
  place.replaceChildren(...[["error__title", title], ["error__message", message]].filter(([, text]) => text).map(paragraph))
  bringIntoSight(place)
}

// A message above the view may be far from what was touched, and from where a picture was dropped.
export function bringIntoSight(place) {
  const { top, bottom } = place.getBoundingClientRect()
  if (top < 0 || bottom > innerHeight) place.scrollIntoView({ block: "start" })
}

function made() {
  const place = Object.assign(document.createElement("div"), { id: "error" })
  document.querySelector("#main").prepend(place)
  return place
}

function paragraph([className, textContent]) {
  return Object.assign(document.createElement("p"), { className, textContent })
}
