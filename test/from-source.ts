import { join } from 'node:path';

// What the build puts into the program, for scripts that run it from its source (`npx tsx …`): imported before anything else.
Object.assign(globalThis, { FUNNEL_VERSION: 'source', __dirname: join(import.meta.dirname, '../src') });
