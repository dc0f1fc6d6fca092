/** Words of the agent's desk: loaded with that page. */
import agent from './agent'

export default { agent }
