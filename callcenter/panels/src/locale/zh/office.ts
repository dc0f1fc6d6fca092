/** 数据管理页面的用语：打开其中第一个页面时载入。 */
import { words } from './data'

export default words
