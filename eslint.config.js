import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const nodeTestCalls = {
  from: 'package',
  name: ['describe', 'it', 'suite', 'test'],
  package: 'node:test',
};

const scriptGlobals = [
  'Buffer',
  'URL',
  'clearInterval',
  'clearTimeout',
  'console',
  'performance',
  'process',
  'setInterval',
  'setTimeout',
];

export default tseslint.config(
  { ignores: ['build/', 'node_modules/', 'data/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // node:test runs what is registered with it; nobody has to await the registration.
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [nodeTestCalls] },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Interpolating a number is what template literals are for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['scripts/**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(scriptGlobals.map((name) => [name, 'readonly'])),
    },
    rules: { eqeqeq: 'error' },
  },
);
