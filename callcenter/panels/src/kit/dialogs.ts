/**
 * The place of all dialogs: `<el-dialog :append-to="dialogs()" …>`. Element Plus gives each a `<header>`; directly in the body
 * it would be a second banner of the page for a screen reader, in a section it is not.
 */
export function dialogs(): HTMLElement {
  const found = document.getElementById('dialogs')
  if (found) return found
  const made = document.createElement('section')
  made.id = 'dialogs'
  document.body.append(made)
  return made
}
