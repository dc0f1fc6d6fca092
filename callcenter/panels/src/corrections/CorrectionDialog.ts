/** The form that corrects a customer's file. It is behind a button of the desk and of a visit, and comes when pressed. */
import { defineAsyncComponent } from 'vue'

export default defineAsyncComponent(() => import('./CorrectionForm.vue'))
