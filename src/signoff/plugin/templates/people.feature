Feature: People
  Every candidate whom we may send to work is a person in the app.

  Background:
    Given each Candidate is a person, matched by external_id

  @chart
  Scenario Outline: <Bullhorn field> <flow> <App field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Who they are
      | Bullhorn field | flow  | App field   | rule        | required | note                                      |
      | id             | ->    | external_id | as text     | yes      | the link                                  |
      | firstName      | ->    | first_name  | same text   | yes      |                                           |
      | lastName       | ->    | last_name   | same text   | yes      |                                           |
      | email          | ->    | email       | same email  |          |                                           |
      | smsOptIn       | ->    | text_opt_in | same yes/no |          | the connector does not send it yet: yours |
      |                | ->    | phone       |             |          | open: which of Bullhorn's phones is it?   |
      | ssn            | never |             |             |          | payroll only                              |

  @population
  Scenario Outline: <who> <outcome>
    When the connector has been rehearsed
    Then this row of the population holds

    Examples: Who reaches the app
      | who              | outcome               |
      | isDeleted is yes | never reaches the app |
      | anyone else      | reaches the app       |
