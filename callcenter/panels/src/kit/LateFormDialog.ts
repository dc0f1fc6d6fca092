/** `FormDialog` for the first page of a role: fetched when a button opens it, so that the page itself comes sooner. */
import { defineAsyncComponent } from 'vue'

export default defineAsyncComponent(() => import('./FormDialog.vue'))
