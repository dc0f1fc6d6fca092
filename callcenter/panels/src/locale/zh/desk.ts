/** 坐席工作台的用语：打开该页面时载入。 */
import agent from './agent'

export default { agent }
