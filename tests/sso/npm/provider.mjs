// A certified OpenID provider with a few people in it, on loopback, for the tests. Arguments: port, addresses of the site.
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const [port, ...sites] = process.argv.slice(2);
const TENANT = "11111111-2222-3333-4444-555555555555";
const PEOPLE = {
  nair: { name: "PS Priya Nair", employeeid: "E1", jobtitle: "Sergeant", roles: ["Scorecards.Sergeant"] },
  cole: { name: "Sam Cole", jobtitle: "Analyst", roles: ["Scorecards.Analyst"] },
  nobody: { name: "No Role", employeeid: "E2", roles: [] },
};

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "scorecards",
      client_secret: "a-secret-for-this-test-only-0123456789abcdef",
      redirect_uris: sites.map((site) => `${site}/sign-in/callback`),
      post_logout_redirect_uris: sites.map((site) => `${site}/signed-out`),
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig", kid: "k1" }] },
  cookies: { keys: ["a cookie key for tests"] },
  claims: { openid: ["sub", "tid", "roles", "employeeid", "jobtitle"], profile: ["name"] },
  conformIdTokenClaims: false, // claims stand in the ID token, as Entra ID and ADFS have them
  features: { devInteractions: { enabled: true } },
  pkce: { required: () => true },
  ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Session: 3600, Interaction: 300, Grant: 3600 },
  findAccount: (_context, id) =>
    PEOPLE[id] && { accountId: id, claims: () => ({ sub: id, tid: TENANT, ...PEOPLE[id] }) },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
