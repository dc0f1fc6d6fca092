declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}

/** Style sheets of Element Plus, fetched with a late component. */
declare module 'element-plus/es/components/*/style/css'
