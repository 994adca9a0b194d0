import postgres from "postgres";

const PAUSE_MS = 5_000;

/**
 * Hears what is said on a channel of PostgreSQL (NOTIFY), over a connection of its own that is made again whenever it
 * is lost. What is said meanwhile is missed, and behind a pooler that shares connections all of it: whoever listens
 * looks by itself too. `channel`: a name of ours, written into the statement as it is.
 */
export function listenTo(url: string, channel: string, onNotice: (payload: string) => void): { stop(): void } {
  let stopped = false;
  let client: postgres.Sql | undefined;
  let timer: NodeJS.Timeout | undefined;

  // Not postgres.js' own `listen`: that tries once to listen anew after a loss, and is deaf for ever when it fails.
  function connect(): void {
    let over = false;
    function again(): void {
      if (over) return;
      over = true;
      void own.end({ timeout: 0 }).catch(() => {});
      if (!stopped) timer = setTimeout(connect, PAUSE_MS).unref();
    }
    const own = postgres(url, {
      max: 1,
      connect_timeout: 3,
      fetch_types: false,
      onnotice: () => {},
      onclose: again,
      onnotify: (_channel: string, payload: string) => onNotice(payload),
      connection: { application_name: "latchkey jobs" },
    } as postgres.Options<Record<string, never>>);
    client = own;
    own.unsafe(`listen ${channel}`).catch(again);
  }
  connect();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      void client?.end({ timeout: 0 }).catch(() => {});
    },
  };
}
