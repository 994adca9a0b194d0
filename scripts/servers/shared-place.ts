/**
 * Where root keeps what PostgreSQL's account must reach when the checkout lies in a folder closed to others.
 * Only root can write there, so nobody can have put a folder of this name in our way (as below /tmp).
 */
export const SHARED_PLACE = "/var/lib/latchkey";
