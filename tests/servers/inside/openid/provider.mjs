// An OpenID provider: `node provider.mjs FOLDER PORT`. In FOLDER are accounts.json, what is told of people,
// services.json, where they may be sent back to, and lie.json, what a dishonest provider puts into its tokens.
// All are read anew for every request.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const [folder, port] = process.argv.slice(2);
const needed = createRequire(path.resolve('package.json'));
const { default: Provider } = await import(pathToFileURL(needed.resolve('oidc-provider')));
const { importJWK, SignJWT, exportJWK, generateKeyPair, decodeJwt } = await import(pathToFileURL(needed.resolve('jose')));

const read = (name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
const [ours, strange] = await Promise.all([1, 2].map(async () => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: 'one', alg: 'RS256', use: 'sig' };
}));

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: 'kulanz', client_secret: process.env.KULANZ_SECRET, redirect_uris: [`http://localhost:${port}/`] }],
  jwks: { keys: [ours] },
  cookies: { keys: ['of a provider that lives for a test'] },
  claims: {
    openid: ['sub', 'groups'],
    email: ['email', 'email_verified'],
    profile: ['name', 'given_name', 'family_name', 'preferred_username'],
  },
  pkce: { required: () => true },
  async findAccount(_, accountId) {
    const told = read('accounts.json')[accountId];
    return told && { accountId, claims: async () => ({ sub: accountId, ...told }) };
  },
});

provider.Client.prototype.redirectUriAllowed = (uri) => read('services.json').includes(uri);

provider.use(async (ctx, next) => {
  await next();
  const { claims, unsigned } = read('lie.json');
  if (ctx.oidc?.route !== 'token' || !ctx.body?.id_token || !(claims || unsigned)) return;
  const key = await importJWK(unsigned ? strange : ours, 'RS256');
  const said = { ...decodeJwt(ctx.body.id_token), ...claims };
  ctx.body.id_token = await new SignJWT(said).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);
});

provider.listen(Number(port), '127.0.0.1');
