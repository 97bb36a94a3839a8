import { exportPath, reportPath } from "../../week-api";
import type { Week } from "../../week-contract";
import { isEmpty } from "../../week-words";

/** What can be taken along: the report, and the figures themselves. */
export function Take({ week }: { week: Week }) {
  const days = { from: week.first, to: week.last };
  return (
    <section class="take" aria-labelledby="take-title">
      <h2 id="take-title">Take it with you</h2>
      <dl>
        {!isEmpty(week) && (
          <>
            <div>
              <dt>Report of this week</dt>
              <dd>
                <a href={reportPath(week.week, "html")} target="_blank" rel="noopener">
                  Page
                </a>
                <a href={reportPath(week.week, "md")} download>
                  Markdown
                </a>
                <a href={reportPath(week.week, "json")} download>
                  JSON
                </a>
              </dd>
            </div>
            <div>
              <dt>This week’s minutes and events</dt>
              <dd>
                <a href={exportPath("csv", days)} download>
                  CSV
                </a>
                <a href={exportPath("json", days)} download>
                  JSON
                </a>
              </dd>
            </div>
          </>
        )}
        <div>
          <dt>Everything that is kept</dt>
          <dd>
            <a href={exportPath("csv")} download>
              CSV
            </a>
            <a href={exportPath("json")} download>
              JSON
            </a>
          </dd>
        </div>
      </dl>
      <p class="note">Files are made on this machine and go nowhere unless you take them.</p>
    </section>
  );
}
