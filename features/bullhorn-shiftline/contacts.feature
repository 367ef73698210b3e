Feature: Site contacts
  Whoever answers for a worksite: a contact of the client in Bullhorn, a site contact in Shiftline.

  Recruiters enter contacts in Bullhorn; supervisors add each other in the app, at the gate, on the day they need to.
  Neither side knows who the other will meet next, so a contact may start in either system, and the one who is nearer to
  the person has the last word.

  Background:
    Given each ClientContact is a site contact, matched by external_id, then same email, started in either system

  @chart @owner:luis
  Scenario Outline: <Bullhorn field> <flow> <Shiftline field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Contact chart
      | Bullhorn field    | flow  | Shiftline field       | rule                                    | required | note                                             |
      | id                | ->    | external_id           | as text                                 | yes      | the link, written back to what starts in the app |
      | clientCorporation | <->   | worksite_id           | the worksite with the same id, ATS wins | yes      |                                                  |
      | firstName         | <->   | first_name            | same text, latest change wins           | yes      |                                                  |
      | lastName          | <->   | last_name             | same text, latest change wins           | yes      |                                                  |
      | name              | <-    | first_name, last_name | first_name + " " + last_name            | yes      | Bullhorn wants the whole name as well            |
      | occupation        | <->   | title                 | same text, app wins                     |          |                                                  |
      | email             | <->   | email                 | same email, ATS wins                    |          |                                                  |
      | phone             | <->   | phone                 | same phone, app wins                    |          |                                                  |
      | massMailOptOut    | <->   | email_opt_out         | same yes/no, app wins                   |          |                                                  |
      | dateAdded         | ->    | known_since           | date only, in America/Chicago           |          |                                                  |
      | comments          | never |                       |                                         |          | what recruiters write about people               |
      |                   | kept  | gate_pin              |                                         |          | made on site                                     |

  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What becomes of site contacts
      | when                        | then                        | why                              |
      | a client contact is deleted | the site contact is removed | whoever left answers for nothing |
