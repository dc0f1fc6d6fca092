/** Second factors of the person logged in: authenticator app, passkeys, recovery codes. */
import { server, type Schema } from '@/kit/http'

export type Factors = Schema<'FactorsOut'>
export type NewTotp = Schema<'NewTotpOut'>

export const mine = () => server.GET('/session/second-factor')
export const beginTotp = () => server.POST('/session/second-factor/totp')
export const confirmTotp = (code: string) => server.POST('/session/second-factor/totp/first-code', { body: { code } })
export const removeTotp = (code: string) => server.POST('/session/second-factor/totp/remove', { body: { code } })
export const renewCodes = (code: string) => server.POST('/session/second-factor/recovery-codes', { body: { code } })
export const prove = (code: string) => server.POST('/session/second-factor/proof', { body: { code } })
export const removePasskey = (passkey_id: number) => server.DELETE('/session/second-factor/passkeys/{passkey_id}', { params: { path: { passkey_id } } })

/** Passkeys need https, or this machine itself, and a site with a name; an address alone has none. */
export function passkeysPossible(): boolean {
  const named = !/^[\d.]+$|:/.test(location.hostname)
  return named && window.isSecureContext && typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === 'function'
}

/** Makes a passkey with this device, which asks the person, and adds it; null when the person has cancelled. */
export async function addPasskey(): Promise<Schema<'RecoveryCodes'> | null> {
  const { options } = await server.POST('/session/second-factor/passkeys/options')
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON)
  const answer = await answered(() => navigator.credentials.create({ publicKey }))
  return answer && server.POST('/session/second-factor/passkeys', { body: { answer } })
}

/** Proves the person by a passkey; false when the person has cancelled. */
export async function proveByPasskey(): Promise<boolean> {
  const { options } = await server.POST('/session/second-factor/passkeys/challenge')
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON)
  const answer = await answered(() => navigator.credentials.get({ publicKey }))
  if (answer) await server.POST('/session/second-factor/passkeys/proof', { body: { answer } })
  return answer !== null
}

async function answered(ask: () => Promise<Credential | null>): Promise<Record<string, unknown> | null> {
  try {
    const credential = (await ask()) as PublicKeyCredential | null
    return credential && (credential.toJSON() as unknown as Record<string, unknown>)
  } catch (error) {
    // The browser says the same for a cancelled question, a passed time limit and a key that is known already.
    if (error instanceof DOMException && ['NotAllowedError', 'AbortError', 'InvalidStateError'].includes(error.name)) return null
    throw error
  }
}
