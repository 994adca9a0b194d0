/** What every test's app and context start from; secrets are public here and nowhere else. */
export const testSettings = {
  APP_URL: "http://localhost:3000",
  SESSION_SECRETS: "1:test-secret-test-secret-test-secret-1",
  ENCRYPTION_KEYS: "1:dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdC0=",
  JWT_PRIVATE_KEYS: "MC4CAQAwBQYDK2VwBCIEIIZiXYr980TTJE1p2rco6TnlmNrnt+c5wwJ1jNO+0NRU",
  PASSWORD_MIN_LENGTH: "15",
  LOG_LEVEL: "warn",
  // They all come from one address.
  SIGN_UPS_PER_HOUR: "100000",
  // No balancer stands before most tests' apps.
  DRAIN_SECONDS: "0",
  // Nobody listens there: tests that want a Gravatar bring their own.
  GRAVATAR_URL: "http://127.0.0.1:9",
} as const;
