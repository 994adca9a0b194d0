import { Text } from "@react-email/text";
import { mark, styles } from "./palette";

/** The mark and the name of the place. Text has the name alone. */
export function Mark({ name }: { name: string }) {
  return (
    <table role="presentation" cellPadding="0" cellSpacing="0" border={0}>
      <tbody>
        <tr>
          <td data-skip-in-text aria-hidden="true" className="disc" width="28" height="28" style={mark.disc}>
            <span className="bow" style={mark.bow} />
            <span className="stem" style={mark.stem} />
            <span className="stem" style={mark.bit} />
            <span className="stem" style={mark.stem} />
            <span className="stem" style={mark.bit} />
          </td>
          <td>
            <Text className="ink" style={styles.name}>
              {name}
            </Text>
          </td>
        </tr>
      </tbody>
    </table>
  );
}
