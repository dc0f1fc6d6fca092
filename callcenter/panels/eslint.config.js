import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

/** What pages must do through the kit. */
const kitOnly = {
  paths: [
    { name: 'element-plus', importNames: ['ElMessage', 'ElMessageBox'], message: 'Commands go through useAct, which reports and asks.' },
    {
      name: '@/kit/messages',
      importNames: ['showDone', 'showProblem'],
      message: 'Commands go through useAct; what cannot be loaded is shown by PageFrame, DataTable or ProblemStrip.'
    }
  ]
}

/** Types of server responses are defined only in openapi.d.ts. */
const SHAPE = 'A shape of the server is generated: name it with Schema<…> of kit/http (scripts/openapi writes them).'
const noShapes = [
  { selector: 'TSInterfaceDeclaration', message: SHAPE },
  { selector: 'TSTypeAliasDeclaration TSTypeLiteral', message: SHAPE }
]

export default tseslint.config(
  { ignores: ['node_modules/', 'components.d.ts', 'src/kit/openapi.d.ts'] },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/essential'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: tseslint.parser } } },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'vue/multi-word-component-names': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true }],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Servers are called from kit/http.ts only.' }]
    }
  },
  { files: ['src/kit/http.ts', 'src/**/*.test.ts', 'public/sw.js'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['src/locale/*.ts'], rules: { 'max-lines': 'off' } },
  { files: ['src/**/*.{ts,vue}'], ignores: ['src/kit/**'], rules: { 'no-restricted-imports': ['error', kitOnly] } },
  { files: ['src/**/api.ts'], rules: { 'no-restricted-syntax': ['error', ...noShapes] } }
)
