/** `FormDialog` for pages that are somebody's first: fetched when a button opens it, so the page itself comes sooner. */
import { defineAsyncComponent } from 'vue'

export default defineAsyncComponent(() => import('./FormDialog.vue'))
