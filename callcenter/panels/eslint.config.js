import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

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
  { files: ['src/kit/http.ts', 'src/kit/untyped.ts', 'src/**/*.test.ts', 'public/sw.js'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['src/locale/*.ts', 'mock/**'], rules: { 'max-lines': 'off' } }
)
