import { Button } from "@react-email/button";
import { Link } from "@react-email/link";
import { Text } from "@react-email/text";
import type { ReactNode } from "react";
import { styles } from "./palette";

export function Words({ children }: { children: ReactNode }) {
  return (
    <Text className="ink" style={styles.words}>
      {children}
    </Text>
  );
}

export function Quiet({ children }: { children: ReactNode }) {
  return (
    <Text className="quiet" style={styles.quiet}>
      {children}
    </Text>
  );
}

/** The one button. `alarm`: what it leads to takes something back. In text it is its words and the address below them. */
export function Action({ href, alarm = false, children }: { href: string; alarm?: boolean; children: string }) {
  return (
    <Text style={{ margin: "4px 0 18px" }}>
      <Button href={href} className={`action ${alarm ? "alarm" : "button"}`} style={alarm ? styles.alarm : styles.button}>
        {children}
      </Button>
    </Text>
  );
}

/** Another way, on a line of its own: in text the address stands behind it. */
export function OtherWay({ href, children }: { href: string; children: string }) {
  return (
    <Text className="quiet" style={styles.quiet}>
      <Link href={href} className="link" style={styles.link}>
        {children}
      </Link>
    </Text>
  );
}
