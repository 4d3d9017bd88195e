const [role, name] = arguments;
const kinds = {
  button: "button, summary, input[type=button], input[type=submit]",
  checkbox: "input[type=checkbox]",
  combobox: "input[list], select",
  heading: "h1, h2, h3, h4",
  link: "a[href]",
  radio: "input[type=radio]",
  searchbox: "input[type=search]",
  spinbutton: "input[type=number]",
};
// The value of a list item is a number.
const plain = (text) => String(text ?? "").replace(/\s+/g, " ").trim();
const named = (element) => (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id));
const words = (element) =>
  [element, ...named(element), ...(element.labels ?? [])]
    .flatMap((one) => (one ? [one.textContent, one.getAttribute("aria-label"), one.title, one.value, one.placeholder] : []))
    .map(plain)
    .join(" ");
return [...document.querySelectorAll(`[role="${role}"]${kinds[role] ? `, ${kinds[role]}` : ""}`)].filter(
  (element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    !element.closest("[inert], [aria-hidden=true]") &&
    words(element).includes(plain(name).split(" ")[0]),
);
