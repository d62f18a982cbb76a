import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const spreadLiteral = {
  selector: 'ObjectExpression > SpreadElement > ObjectExpression',
  message: 'Write the properties out instead of spreading an object literal.',
};

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'import-x/order': [
        'error',
        {
          groups: ['builtin', 'external', ['internal', 'unknown'], 'parent', 'sibling'],
          alphabetize: { order: 'asc' },
          named: true,
        },
      ],
      'import-x/no-duplicates': 'error',
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', spreadLiteral],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['db/**', 'test/**', 'bench/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        spreadLiteral,
        {
          selector:
            "CallExpression[callee.property.name='query'] > :matches(TemplateLiteral, TaggedTemplateExpression, Literal[value=/^\\s*(select|insert|update|delete|with|create|drop|alter)\\b/i])",
          message: 'SQL lives in db/.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['templates/**/*.test.ts'],
    // The runner of Node awaits its tests.
    rules: { '@typescript-eslint/no-floating-promises': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: { globals: globals.node },
  },
);
