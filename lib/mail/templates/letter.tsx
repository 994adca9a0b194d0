import { Body } from "@react-email/body";
import { Container } from "@react-email/container";
import { Head } from "@react-email/head";
import { Html } from "@react-email/html";
import { Link } from "@react-email/link";
import { Preview } from "@react-email/preview";
import { Section } from "@react-email/section";
import { Text } from "@react-email/text";
import type { ReactNode } from "react";
import type { MailKind, MailOf } from "@/lib/mail/kinds";
import { Mark } from "./mark";
import { styles, styleSheet } from "./palette";

/** Who writes, and where that is: `host` as people see it, `domain` as programs compare it. `namesPlaces`: countries come from the data that is included, whose licence asks to be named. */
export type House = { name: string; origin: string; host: string; domain: string; namesPlaces: boolean };

/** What each template is given. */
export type LetterOf<K extends MailKind> = { house: House; mail: MailOf<K> };

type Props = {
  house: House;
  /** What the list of mails shows beside the subject; fixed words. */
  preview: string;
  title: string;
  children: ReactNode;
  account: string;
  /** Why it came: "This mail went to … because …". */
  because: string;
  /** Of the place that it names. */
  country?: string | null;
  /** The very last line. */
  last?: string;
};

/** The sheet that every mail is written on: the mark, a heading, what is to be said, and below it for whom and why. */
export function Letter({ house, preview, title, children, account, because, country = null, last }: Props) {
  return (
    <Html lang="en">
      <Head>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        {/* Nothing here is a number to be called, whatever it looks like. */}
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no" />
        <title>{title}</title>
        <style>{styleSheet}</style>
      </Head>
      <Body className="ground" style={styles.ground}>
        <Preview>{preview}</Preview>
        <Container style={styles.column}>
          <div style={styles.margins}>
            <Mark name={house.name} />
            <Section className="card" style={styles.card}>
              <div className="pad" style={styles.pad}>
                <h1 className="ink" style={styles.title}>
                  {title}
                </h1>
                {children}
              </div>
            </Section>
            <hr style={styles.rule} />
            <Text className="quiet" style={styles.foot}>
              This mail went to {account} because {because} {house.name} ({house.host}).
            </Text>
            {country !== null && house.namesPlaces && (
              <Text className="quiet" style={styles.foot}>
                Countries (CC BY 4.0):{" "}
                <Link href="https://db-ip.com" className="quiet" style={{ ...styles.foot, textDecoration: "underline" }}>
                  IP Geolocation by DB-IP
                </Link>
              </Text>
            )}
            {last !== undefined && (
              <Text className="quiet" style={styles.foot}>
                {last}
              </Text>
            )}
          </div>
        </Container>
      </Body>
    </Html>
  );
}
