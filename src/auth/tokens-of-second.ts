/** More different ones in one second are signed each time they are asked for: memory is for what many ask for. */
const MAX_TOKENS = 1000;
/** One for very many repositories is signed each time as well. */
const MAX_KEY_LENGTH = 2000;

/**
 * Shares what is signed: who asks for the same in the same second gets the same token, which is no other than its own
 * would be. So do all machines that pull one image at once, and signing takes half of the time of their answer. No token
 * is kept for longer than until one is asked for in another second.
 */
export interface TokensOfSecond {
  /** @param asked all that makes a token another, but the time; as JSON it tells apart what differs */
  share(second: number, asked: unknown, sign: () => Promise<string>): Promise<string>;
}

export function createTokensOfSecond(): TokensOfSecond {
  let current = 0;
  let tokens = new Map<string, Promise<string>>();
  return {
    share(second, asked, sign) {
      if (second !== current) {
        current = second;
        tokens = new Map();
      }
      const key = JSON.stringify(asked);
      const known = tokens.get(key);
      if (known) return known;
      const token = sign();
      if (key.length <= MAX_KEY_LENGTH && tokens.size < MAX_TOKENS) tokens.set(key, token);
      return token;
    },
  };
}
