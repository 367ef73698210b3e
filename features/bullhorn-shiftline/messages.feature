Feature: Messages
  What a worker writes or says in Shiftline is a note in Bullhorn, on the worker's own record, once.

  The only thing that starts in the app. A recruiter who opens the candidate sees the conversation without having a
  second tool open. Corrections are made in the app; a note that is edited in Bullhorn stays edited there and never
  changes the message.

  Background:
    Given each message is a note, started in the app

  @chart @owner:dana
  Scenario Outline: <Bullhorn field> <flow> <Shiftline field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Message chart
      | Bullhorn field   | flow  | Shiftline field | rule                                              | required | note                            |
      | externalID       | <-    | id              | as text                                           | yes      | the link                        |
      | comments         | <-    | body            | same text                                         | yes      |                                 |
      | action           | <-    | channel         | look up in "Kind of note"                         | yes      |                                 |
      | personReference  | <-    | worker_id       | the candidate with the same id                    | yes      | the worker who wrote it         |
      | dateAdded        | <-    | sent_at         | same date and time                                |          | when it was said, not when it was synced |
      | minutesSpent     | <-    | call_seconds    | = call_seconds / 60, rounded to 0 decimals        |          | half a minute counts            |
      | commentingPerson | <-    |                 | always setting note_author                        | yes      | the integration's own user      |
      |                  | never | device_location |                                                   |          | nobody asked the worker         |

  @values
  Scenario Outline: <Kind of note> means <channel>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Kind of note
      | Kind of note  | channel       | why |
      | Mobile chat   | chat          |     |
      | Mobile text   | text          |     |
      | Phone call    | call          |     |
      | Other message | anything else | the app may learn new channels |
