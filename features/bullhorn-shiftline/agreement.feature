Feature: Agreement
  What Northside Staffing and Shiftline agreed on that is no field: what success looks like, which questions are still
  open, what was worked out by hand, and whether everything is in place for the rollout.

  Dana Whitfield answers for Northside, Luis Ortega for Shiftline.

  @goals @owner:dana
  Scenario Outline: <goal>
    Then this row holds

    Examples: What success looks like
      | goal                       | measured as                                                      | baseline | 3 months | 6 months | 12 months | note                                                |
      | Workers reached each week  | count of distinct message.worker per week                        | 120      | 250      | 400      | 600       | who wrote or called at least once; of 900 placed    |
      | Time to fill               | median days from JobOrder.dateAdded to first Placement.dateBegin | 19 days  | 17 days  | 14 days  | 10 days   | until somebody starts, not until somebody is placed |
      | Workers who agree to texts | share of Candidate where smsOptIn is yes                         | 41 %     | 55 %     | 65 %     | 75 %      | without it the app is the only way to reach them    |

  @access @must
  Scenario Outline: the integration may <may> <entity> in <system>
    Then this row holds

    Examples: Access
      | system    | entity            | may                             | note                                     |
      | Bullhorn  | Candidate         | read, update, subscribe         | what workers change in the app goes back |
      | Bullhorn  | JobOrder          | read, subscribe                 |                                          |
      | Bullhorn  | Placement         | read, subscribe                 |                                          |
      | Bullhorn  | ClientCorporation | read, subscribe                 |                                          |
      | Bullhorn  | ClientContact     | read, create, update, subscribe | who is met at the gate becomes a contact |
      | Bullhorn  | CorporateUser     | read                            | recruiters are invited by hand           |
      | Bullhorn  | Note              | read, create, update            |                                          |
      | Shiftline | Worker            | read, create, update            | nobody is deleted by a program           |
      | Shiftline | Job               | read, create, update            |                                          |
      | Shiftline | Assignment        | read, create, update            |                                          |
      | Shiftline | Worksite          | read, create, update            |                                          |
      | Shiftline | SiteContact       | read, create, update, delete    | whoever left the client answers no more  |
      | Shiftline | Recruiter         | read                            |                                          |
      | Shiftline | Message           | read                            |                                          |

  @questions
  Scenario Outline: <question>
    Then this row holds

    Examples: Questions
      | question                                                            | for            | asked on   | answer                                                    | owner |
      | Does anybody use the nickname, and may colleagues see it?           | Dana Whitfield | 2026-10-16 |                                                           | dana  |
      | Is the unit a part of the street for the post in Canada?            | Dana Whitfield | 2026-10-16 |                                                           | dana  |
      | Which label should a worker see when a placement ends early?        | Luis Ortega    | 2026-11-09 | ended, like any other; a person tells the reason          | luis  |
      | Which pay is shown when a worker has two assignments at once?       | Dana Whitfield | 2026-09-21 | that of the one which started last; the app shows no list | dana  |
      | Do edits of a message in Bullhorn change what the worker reads?     | Luis Ortega    | 2026-09-21 | no; a note that is edited in Bullhorn stays edited there  | luis  |
      | May a worker's social security number leave Bullhorn for tax forms? | Dana Whitfield | 2026-09-28 | never; tax forms come from payroll                        | dana  |
      | What does the app do with a status that nobody listed?              | Luis Ortega    | 2026-10-02 | nothing: the record is held back, and the run names it    | luis  |
      | Which time counts for a call: when it began or when it was synced?  | Luis Ortega    | 2026-10-05 | when it began                                             | luis  |

  @worked
  Scenario Outline: <row> is <result>
    Then this row holds

    Examples: Worked out by hand
      | row                     | salary | fee  | bill  | pay   | hours | result             | note                                                        |
      | job.estimated_fee       | 100000 | 20   |       |       |       | 20000              | Bullhorn's own example of a placement fee                   |
      | job.estimated_fee       | 52499  | 18.5 |       |       |       | 9712.32            | 9712.315, half a cent goes up                               |
      | job.markup_percent      |        |      | 80    | 60    |       | 33.3               | bill and pay of Bullhorn's examples                         |
      | job.markup_percent      |        |      | 80    | 0     |       | nothing is written | nobody works for nothing: such a job has no mark-up         |
      | assignment.daily_margin |        |      | 80    | 40    | 8     | 320                | bill $80, pay $40, as in Bullhorn's example of a commission |
      | assignment.commission   |        |      | 80    | 40    | 8     | 24                 | 7.5 % of 320                                                |
      | assignment.commission   |        |      | 41.00 | 40.00 | 3     | 0.22               | 0.225, half a cent goes to the even cent                    |
      | assignment.commission   |        |      | 41.00 | 40.00 | 5     | 0.38               | 0.375, the same the other way                               |

  @checklist
  Scenario Outline: <item>
    Then this row holds

    Examples: Ready for rollout
      | item                                        | evidence                                                                                                     | why                                                       |
      | Both systems have open APIs                 | worker:contract, job:contract, assignment:contract, worksite:contract, contact:contract, message:contract    | every message fits the published schema                   |
      | Counterparts respond, and the path is clear | attested by Luis Ortega on 2026-09-14                                                                        | a call every Monday, a person for each side               |
      | We have access to both systems              | access:*                                                                                                     | tried with our credentials before anything else           |
      | The value of each system is identified      | attested by Dana Whitfield on 2026-09-14                                                                     | Bullhorn decides about people, Shiftline speaks with them |
      | Data points are mapped                      | worker.*, job.*, assignment.*, worksite.*, contact.*, message.*                                              | a row for each field that passes, or must not             |
      | Workflows are walked through                | scenario:*, worker:who:*, worker:when:*, job:who:*, job:when:*, assignment:who:*, assignment:when:*, worksite:who:*, worksite:when:*, contact:when:*, worker-status:*, job-status:*, placement-status:* | who comes, who stays out, who leaves, what a status means |
      | Workflows are aligned across the company    | job.title/chicago                                                                                            | Chicago's own rows; what differed has been asked          |
      | Data improvements are identified            | worker:held, worker:bad:*, job:held, job:bad:*, assignment:held, assignment:bad:*, worksite:held, contact:held | a bad record is held back, and named for whoever mends it |
      | Results are detailed                        | goal:*                                                                                                       | three goals, measurable on both sides                     |
      | Questions are asked                         | question:*                                                                                                   | none may be open at the rollout                           |
      | Everything is tested with the team          | connector:finishes, worker:arrive, job:arrive, assignment:arrive, contact:arrive, message:arrive             | in the rehearsal; the team's own weeks of use come next   |
