/** Words of the data officer's pages: loaded with the first of them. */
import { words } from './data'

export default words
