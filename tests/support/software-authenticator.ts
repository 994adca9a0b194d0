import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

export type Cbor = number | string | Buffer | Cbor[] | Map<number | string, Cbor>;

/** What it answers differently from what it was asked, or should. */
export type Deviation = {
  challenge?: string;
  origin?: string;
  rpId?: string;
  type?: string;
  crossOrigin?: boolean;
  userPresent?: boolean;
  userVerified?: boolean;
  counter?: number;
  /** Which account it says that it is for; null: none. */
  userHandle?: string | null;
  /** In the place of none; `toSign`: what such a statement signs. */
  attestation?: (toSign: Buffer, made: SoftPasskey) => { format: string; statement: Map<string, Cbor> };
  /** What it calls the passkey that it makes. */
  id?: string;
};

/** A passkey, in the hands of whoever has this object. */
export type SoftPasskey = { id: string; rpId: string; userHandle: string; counter: number; algorithm: Algorithm; privateKey: KeyObject; synced: boolean };
type Algorithm = "ES256" | "EdDSA" | "RS256";
type Kind = { algorithm?: Algorithm; counts?: boolean; synced?: boolean; aaguid?: Buffer; transports?: string[] };

type CreationOptions = { challenge: string; rp: { id: string }; user: { id: string }; excludeCredentials?: { id: string }[] };
type RequestOptions = { challenge: string; rpId: string; allowCredentials?: { id: string }[] };

/** Flags of authenticator data (WebAuthn Level 3, 6.1). */
const FLAGS = { present: 1, verified: 4, backupEligible: 8, backedUp: 16, attested: 64 };

/** An authenticator without hardware, that does whatever it is told: it counts if `counts`, keeps copies elsewhere if `synced`. */
export function softwareAuthenticator(origin: string, { algorithm = "ES256", counts = true, synced = false, aaguid = Buffer.alloc(16), transports = ["internal"] }: Kind = {}) {
  return {
    create(given: object, deviation: Deviation = {}) {
      const options = given as CreationOptions;
      const { publicKey, privateKey } = newKey(algorithm);
      const id = deviation.id ?? randomBytes(32).toString("base64url");
      const passkey: SoftPasskey = { id, rpId: options.rp.id, userHandle: options.user.id, counter: counts ? 1 : 0, algorithm, privateKey, synced };
      const credentialId = Buffer.from(id, "base64url");
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const attested = Buffer.concat([aaguid, length, credentialId, cbor(coseOf(publicKey, algorithm))]);
      const authData = authenticatorData(passkey, deviation, attested);
      const clientDataJSON = clientData(origin, "webauthn.create", options.challenge, deviation);
      const toSign = Buffer.concat([authData, createHash("sha256").update(clientDataJSON).digest()]);
      const { format, statement } = deviation.attestation?.(toSign, passkey) ?? { format: "none", statement: new Map() };
      const attestationObject = cbor(new Map<string, Cbor>([["fmt", format], ["attStmt", statement], ["authData", authData]]));
      return {
        passkey,
        response: {
          id,
          rawId: id,
          type: "public-key",
          authenticatorAttachment: "platform",
          clientExtensionResults: { credProps: { rk: true } },
          response: { clientDataJSON: clientDataJSON.toString("base64url"), attestationObject: attestationObject.toString("base64url"), transports },
        },
      };
    },
    get(given: object, passkey: SoftPasskey, deviation: Deviation = {}) {
      const options = given as RequestOptions;
      if (counts && deviation.counter === undefined) passkey.counter += 1;
      const data = authenticatorData(passkey, deviation);
      const clientDataJSON = clientData(origin, "webauthn.get", options.challenge, deviation);
      const signature = signed(passkey, Buffer.concat([data, createHash("sha256").update(clientDataJSON).digest()]));
      const { userHandle = passkey.userHandle } = deviation;
      return {
        id: passkey.id,
        rawId: passkey.id,
        type: "public-key",
        authenticatorAttachment: "platform",
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientDataJSON.toString("base64url"),
          authenticatorData: data.toString("base64url"),
          signature: signature.toString("base64url"),
          ...(userHandle !== null && { userHandle }),
        },
      };
    },
  };
}

function newKey(algorithm: Algorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === "ES256") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  return algorithm === "EdDSA" ? generateKeyPairSync("ed25519") : generateKeyPairSync("rsa", { modulusLength: 2048 });
}

/** A COSE key (RFC 9053). */
function coseOf(publicKey: KeyObject, algorithm: Algorithm): Map<number, Cbor> {
  const { x = "", y = "", n = "", e = "" } = publicKey.export({ format: "jwk" });
  const bytes = (text: string) => Buffer.from(text, "base64url");
  if (algorithm === "ES256") return new Map<number, Cbor>([[1, 2], [3, -7], [-1, 1], [-2, bytes(x)], [-3, bytes(y)]]);
  if (algorithm === "EdDSA") return new Map<number, Cbor>([[1, 1], [3, -8], [-1, 6], [-2, bytes(x)]]);
  return new Map<number, Cbor>([[1, 3], [3, -257], [-1, bytes(n)], [-2, bytes(e)]]);
}

/** With its key. */
export function signed({ algorithm, privateKey }: Pick<SoftPasskey, "algorithm" | "privateKey">, data: Buffer): Buffer {
  return algorithm === "EdDSA" ? sign(null, data, privateKey) : createSign("SHA256").update(data).sign(privateKey);
}

function clientData(origin: string, type: string, challenge: string, deviation: Deviation): Buffer {
  return Buffer.from(JSON.stringify({ type: deviation.type ?? type, challenge: deviation.challenge ?? challenge, origin: deviation.origin ?? origin, crossOrigin: deviation.crossOrigin ?? false }));
}

function authenticatorData(passkey: SoftPasskey, { rpId = passkey.rpId, userPresent = true, userVerified = true, counter = passkey.counter }: Deviation, attested?: Buffer): Buffer {
  const backup = passkey.synced ? FLAGS.backupEligible | FLAGS.backedUp : 0;
  const flags = backup | (userPresent ? FLAGS.present : 0) | (userVerified ? FLAGS.verified : 0) | (attested ? FLAGS.attested : 0);
  const counted = Buffer.alloc(4);
  counted.writeUInt32BE(counter);
  return Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.from([flags]), counted, attested ?? Buffer.alloc(0)]);
}

/** As much of CBOR (RFC 8949) as this needs. */
function cbor(value: Cbor): Buffer {
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, inner]) => [cbor(key), cbor(inner)])]);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}
